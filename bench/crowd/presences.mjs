import { createHmac } from 'node:crypto';

export const SECRET = 'the secret of the benches, long enough for HS256';
const CONNECTIONS_IN_A_ROOM = 100;

/** For each client its presence room, its user's token, and who else is there. Each user has two connections. */
export function presencesOf(clients) {
  return Array.from({ length: clients }, (_, index) => {
    const first = index - (index % CONNECTIONS_IN_A_ROOM);
    const last = Math.min(first + CONNECTIONS_IN_A_ROOM, clients) - 1;
    const users = new Set();
    for (let n = first; n <= last; n++) users.add(userOf(n));
    return { room: `presence-${first}`, token: tokenFor(userOf(index)), users: [...users].sort() };
  });
}

const userOf = (client) => `user-${client >> 1}`;

function tokenFor(user) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256' })}.${encode({ sub: user, exp: Math.floor(Date.now() / 1e3) + 3_600 })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
