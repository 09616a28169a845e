import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import type { ChannelRules } from '../../src/auth/rule-types';
import type { GatewayOptions } from '../../src/config';
import { client, plain, refused, SECRET, startGateway, type TestClient, token } from '../core/support';
import { APP_KEY, APP_SECRET, signed } from './support';

// Who may join what, by which way. `in` is admitted; else the error's code.
//
// jwt        tokens alone are configured
// signature  the application signs the rooms of orders and of users for user 7, whose signature all others try to use
// rule       a rule admits user 7 of the default guard to the rooms of its orders
// vouched    a client without a token to whom the application gave a signature of its own
const TABLE = `
way       | room               | anonymous    | wrong token  | expired      | other user | other guard | right user | vouched
jwt       | orders.7           | in           | in           | in           | in         | in          | in         | in
jwt       | private-orders.7   | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | forbidden  | forbidden
jwt       | presence-orders.7  | unauthorized | unauthorized | unauthorized | in         | in          | in         | unauthorized
jwt       | user.7             | forbidden    | forbidden    | forbidden    | forbidden  | in          | in         | forbidden
jwt       | private-unknown.7  | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | forbidden  | forbidden
jwt       | presence-unknown.7 | unauthorized | unauthorized | unauthorized | in         | in          | in         | unauthorized
signature | orders.7           | in           | in           | in           | in         | in          | in         | in
signature | private-orders.7   | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | in         | in
signature | presence-orders.7  | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | in         | in
signature | user.7             | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | in         | in
signature | private-unknown.7  | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | forbidden  | forbidden
signature | presence-unknown.7 | unauthorized | unauthorized | unauthorized | forbidden  | forbidden   | forbidden  | unauthorized
rule      | orders.7           | in           | in           | in           | in         | in          | in         | in
rule      | private-orders.7   | unauthorized | unauthorized | unauthorized | forbidden  | forbidden   | in         | unauthorized
rule      | presence-orders.7  | unauthorized | unauthorized | unauthorized | forbidden  | forbidden   | in         | unauthorized
rule      | user.7             | forbidden    | forbidden    | forbidden    | forbidden  | in          | in         | forbidden
rule      | private-unknown.7  | forbidden    | forbidden    | forbidden    | forbidden  | forbidden   | forbidden  | forbidden
rule      | presence-unknown.7 | unauthorized | unauthorized | unauthorized | forbidden  | forbidden   | forbidden  | unauthorized
`;

const [header = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const ACTORS = header.slice(2);
const CELLS = rows.flatMap(([way = '', room = '', ...outcomes]) =>
  outcomes.map((outcome, index) => ({ way, room, actor: ACTORS[index] ?? '', outcome })),
);

const ADMIN_SECRET = `${SECRET} of admins`;
const API_KEY = 'key-of-the-tests';
const jwt: GatewayOptions = { jwt_secret: { default: SECRET, admin: ADMIN_SECRET }, api_key: API_KEY };
const channels: ChannelRules = {
  'orders.{userId}': { guards: ['default'], authorize: (user, { userId }) => user.id === userId },
};
const WAYS: Record<string, { options: GatewayOptions; channels?: ChannelRules }> = {
  jwt: { options: jwt },
  signature: { options: { ...jwt, app_key: APP_KEY, app_secret: APP_SECRET } },
  rule: { options: jwt, channels },
};

const tokens: Record<string, () => Promise<{ token: string; guard?: string }>> = {
  'wrong token': async () => ({ token: await token({ sub: 7 }, 'a secret that is none of the gateway') }),
  expired: async () => ({ token: await token({ sub: 7 }, SECRET, Math.floor(Date.now() / 1000) - 60) }),
  'other user': async () => ({ token: await token({ sub: 8 }) }),
  'other guard': async () => ({ token: await token({ sub: 7 }, ADMIN_SECRET), guard: 'admin' }),
  'right user': async () => ({ token: await token({ sub: 7 }) }),
};
const REFUSED = ['wrong token', 'expired'];

/** What the application answers; it does so for user 7, and all but that user hold what was signed for its socket. */
function signatureOf(actor: string, { id }: TestClient, room: string): object {
  if (room.includes('unknown')) return {};
  const socketId = actor === 'right user' || actor === 'vouched' ? id : 'another-socket';
  const data = room.startsWith('presence') ? '{"user_id":7,"user_info":{"name":"Ada"}}' : undefined;
  return signed(socketId, room, data);
}

const outcomeOf = (reply: unknown) => (reply as { error?: { code: string } }).error?.code ?? 'in';

async function http(gateway: Gateway, path: string, key: string): Promise<[status: number, body: unknown]> {
  const response = await fetch(gateway.url + path, { headers: { Authorization: `Bearer ${key}` } });
  return [response.status, await response.json()];
}

describe.each(CELLS)('by $way, $room for $actor: $outcome', ({ way, room, actor, outcome }) => {
  async function arrange() {
    const { options, channels: rules } = WAYS[way] ?? { options: {} };
    const gateway = await startGateway(options, { channels: rules });
    const made = await plain(gateway);
    const credentials = await tokens[actor]?.();
    if (credentials) {
      const reply = await made.ask('auth', credentials);
      expect(outcomeOf(reply) === 'in').toBe(!REFUSED.includes(actor));
    }
    const request = { ...signatureOf(actor, made, room) };
    return { gateway, client: made, request, credentials };
  }
  const admitted = outcome === 'in';
  const presence = room.startsWith('presence');

  it('however it is asked for', async () => {
    const { client: asking, request } = await arrange();
    const attempts = [
      await asking.ask('join', { room, ...request }),
      await asking.ask('join-room', { room, ...request }),
      ((await asking.ask('join', { rooms: [{ room, ...request }] })) as { results: unknown[] }).results[0],
    ];
    await asking.ask('leave', room);
    attempts.push(await asking.ask('subscribe', { channel: room, ...request }));
    await asking.ask('unsubscribe', room);
    const batch = await asking.ask('batch', [['join', { room, ...request }]]);
    attempts.push((batch as { results: unknown[] }).results[0]);
    expect(attempts.map(outcomeOf)).toEqual(attempts.map(() => outcome));
    // Who is not in learns nothing of who is.
    for (const reply of attempts)
      expect(Object.hasOwn(reply as object, 'members')).toBe(admitted && presence);
    expect(asking.received.some(([event]) => event === 'subscription_error')).toBe(!admitted);
  });

  it('and to send, to hear and to be seen', async () => {
    const { gateway, client: asking, request, credentials } = await arrange();
    await asking.ask('join', { room, ...request });
    expect(outcomeOf(await asking.ask('message', { room }))).toBe(admitted ? 'in' : 'not_in_room');
    expect(outcomeOf(await asking.ask('presence.update', { room, user_info: {} }))).toBe(
      admitted && presence ? 'in' : 'not_in_room',
    );
    // The room of its user it hears without joining it.
    const hears = admitted || (room === 'user.7' && /^(right user|other guard)$/.test(actor));
    await asking.ask('join', 'end');
    gateway.broadcast(room, 'news', 1);
    gateway.broadcast('end', 'end');
    expect((await asking.before('end')).some(([event]) => event === 'news')).toBe(hears);

    const path = `/api/channels/${room}/presence`;
    const [status, members] = await http(gateway, path, API_KEY);
    expect([status, (members as unknown[]).length]).toEqual([200, admitted && presence ? 1 : 0]);
    // No token of a user is a key of the API.
    expect((await http(gateway, path, credentials?.token ?? 'none'))[0]).toBe(401);
  });
});

it.each(REFUSED)('a client with the token "%s" is not even let in', async (actor) => {
  const gateway = await startGateway(jwt);
  const auth = (await tokens[actor]?.()) ?? {};
  const error = await refused(client(gateway, '/', { auth }));
  expect(error.data?.code).toBe(actor === 'expired' ? 'token_expired' : 'unauthorized');
});
