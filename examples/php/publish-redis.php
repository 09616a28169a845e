<?php

// Publishes through Redis: php publish-redis.php chat.room.1 message.sent '{"text":"Hello"}' [id]

declare(strict_types=1);

function publish(Redis $redis, string $channel, string $event, mixed $data, ?string $id = null): string
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
    // As many as there are gateway nodes hear it; one of them puts it into the log of the room.
    if ($redis->publish("realtime:{$channel}", $json) === 0) {
        throw new RuntimeException('No gateway hears it; append it instead, and they find it when they come.');
    }

    return $id;
}

$redis = new Redis();
$redis->connect(getenv('REDIS_HOST') ?: '127.0.0.1', (int) (getenv('REDIS_PORT') ?: 6379), 5);
if (getenv('REDIS_PASSWORD')) {
    $redis->auth(getenv('REDIS_PASSWORD'));
}
[, $channel, $event, $json] = $argv;
echo publish($redis, $channel, $event, json_decode($json, flags: JSON_THROW_ON_ERROR), $argv[4] ?? null), "\n";
