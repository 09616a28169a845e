<?php

// Writes to Redis what its second argument tells, as a backend would: a list of [ways, channel, message].
// The third are flags of json_encode.

declare(strict_types=1);

$redis = new Redis();
$redis->connect('127.0.0.1', (int) $argv[1]);
foreach (json_decode($argv[2], false, 512, JSON_THROW_ON_ERROR) as [$ways, $channel, $message]) {
    $json = json_encode($message, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | (int) ($argv[3] ?? 0));
    foreach ($ways as $way) {
        if ($way === 'publish') {
            $redis->publish("realtime:{$channel}", $json);
        } else {
            $redis->xAdd("realtime:{$channel}", '*', ['payload' => $json]);
        }
    }
}
