<?php

// Appends to the log of a room in Redis: php append-redis.php chat.room.1 message.sent '{"text":"Hello"}' [id]

declare(strict_types=1);

function append(Redis $redis, string $channel, string $event, mixed $data, ?string $id = null): string
{
    $id ??= bin2hex(random_bytes(12));
    $message = [
        'id' => $id,
        'type' => 'event',
        'channel' => $channel,
        'event' => $event,
        'data' => $data,
        'timestamp' => microtime(true),
    ];
    $json = json_encode($message, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);
    $stream = "realtime:{$channel}";
    // Gateways shorten the logs of rooms that somebody is in; the rest is bounded here.
    $redis->xAdd($stream, '*', ['payload' => $json], 1000, true);
    $redis->expire($stream, 86_400);

    return $id;
}

$redis = new Redis();
$redis->connect(getenv('REDIS_HOST') ?: '127.0.0.1', (int) (getenv('REDIS_PORT') ?: 6379), 5);
if (getenv('REDIS_PASSWORD')) {
    $redis->auth(getenv('REDIS_PASSWORD'));
}
[, $channel, $event, $json] = $argv;
echo append($redis, $channel, $event, json_decode($json, flags: JSON_THROW_ON_ERROR), $argv[4] ?? null), "\n";
