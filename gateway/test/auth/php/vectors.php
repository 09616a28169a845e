<?php

// Makes tokens and signatures as a PHP application does, without any library.
// Reads a list of requests as JSON from its input, and writes a list of answers.

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function jwt(array $claims, string $secret): string
{
    $parts = base64url(json_encode(['typ' => 'JWT', 'alg' => 'HS256'])) . '.' . base64url(json_encode($claims));

    return $parts . '.' . base64url(hash_hmac('sha256', $parts, $secret, true));
}

/** What Laravel's PusherBroadcaster and pusher-php-server answer. */
function channelAuth(array $request): array
{
    $text = $request['socket_id'] . ':' . $request['channel_name'];
    $data = isset($request['user']) ? json_encode($request['user']) : null;
    if ($data !== null) {
        $text .= ':' . $data;
    }
    $auth = ['auth' => $request['key'] . ':' . hash_hmac('sha256', $text, $request['secret'])];

    return $data === null ? $auth : $auth + ['channel_data' => $data];
}

$answers = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $request) {
    $answers[] = isset($request['claims']) ? jwt($request['claims'], $request['secret']) : channelAuth($request);
}
echo json_encode($answers);
