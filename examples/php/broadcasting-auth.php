<?php

// The endpoint that lets users into private and presence channels: php -S localhost:8000 broadcasting-auth.php

declare(strict_types=1);

/** Replace it: who is signed in, or null. */
function signedIn(): ?array
{
    $users = ['token-of-ann' => ['user_id' => '7', 'user_info' => ['name' => 'Ann']]];

    return $users[str_replace('Bearer ', '', $_SERVER['HTTP_AUTHORIZATION'] ?? '')] ?? null;
}

/** Replace it: who may join what. */
function mayJoin(array $user, string $channel): bool
{
    return in_array($channel, ['private-orders.' . $user['user_id'], 'presence-chat'], true);
}

header('Content-Type: application/json');
$user = signedIn();
[$socket, $channel] = [$_POST['socket_id'] ?? '', $_POST['channel_name'] ?? ''];
if ($user === null || !mayJoin($user, $channel) || !preg_match('/^[\w-]{1,64}$/', $socket)) {
    http_response_code(403);
    exit('{"message":"forbidden"}');
}
$data = str_starts_with($channel, 'presence') ? json_encode($user, JSON_THROW_ON_ERROR) : null;
$signature = hash_hmac('sha256', "{$socket}:{$channel}" . ($data === null ? '' : ":{$data}"), getenv('BROADCAST_APP_SECRET'));
$answer = ['auth' => getenv('BROADCAST_APP_KEY') . ':' . $signature];
echo json_encode($data === null ? $answer : $answer + ['channel_data' => $data], JSON_THROW_ON_ERROR);
