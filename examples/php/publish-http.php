<?php

// Publishes over HTTP: php publish-http.php chat.room.1 message.sent '{"text":"Hello"}' [id]

declare(strict_types=1);

function publish(string $channel, string $event, mixed $data, ?string $id = null): string
{
    $url = rtrim(getenv('REALTIME_URL') ?: 'http://localhost:3000', '/') . '/api/broadcast';
    // By its id the gateway publishes it once, however often it comes.
    $id ??= bin2hex(random_bytes(12));
    $message = compact('channel', 'event', 'data', 'id');
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => json_encode($message, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'Authorization: Bearer ' . getenv('REALTIME_API_KEY')],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 5,
    ]);
    for ($try = 1;; $try++) {
        $answer = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($status === 200) {
            return json_decode($answer, true)['id'];
        }
        if ($try === 5 || !in_array($status, [0, 429, 502, 503, 504], true)) {
            throw new RuntimeException($answer === false ? curl_error($curl) : "{$status}: {$answer}");
        }
        usleep(100_000 * 2 ** $try);
    }
}

[, $channel, $event, $json] = $argv;
echo publish($channel, $event, json_decode($json, flags: JSON_THROW_ON_ERROR), $argv[4] ?? null), "\n";
