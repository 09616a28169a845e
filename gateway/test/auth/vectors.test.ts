// Tokens, signatures and hashes that other implementations made.
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith, program } from '../../../test/support/programs';
import type { Gateway } from '../../src/api';
import { Signatures } from '../../src/auth/signatures';
import { client, connected, plain, refused, SECRET, startGateway } from '../core/support';
import { temporaryFolder } from '../edge/support';
import { APP_KEY, APP_SECRET, signed } from './support';

const later = () => Math.floor(Date.now() / 1000) + 3_600;

/** Connects with a token, and says as whom the gateway takes it. */
async function userOf(gateway: Gateway, token: string): Promise<unknown> {
  const a = client(gateway, '/', { auth: { token } });
  await connected(a);
  const reply = (await a.ask('join', 'presence-x')) as { members: { user_id: string; user_info: unknown }[] };
  return reply.members.map(({ user_id, user_info }) => [user_id, user_info]).at(-1);
}

describeWith('php', 'PHP', () => {
  const script = join(import.meta.dirname, 'php/vectors.php');
  const php = <T>(requests: object[]): T[] =>
    JSON.parse(execFileSync(program('php').path, [script], { input: JSON.stringify(requests) }).toString());

  it.each([SECRET, 'short', 'mit Umlauten: äöü €'])(
    'signs tokens that hold, with the secret %j',
    async (secret) => {
      const gateway = await startGateway({ jwt_secret: secret });
      const claims = { sub: 7, name: 'Ada "the first" Löwe/\u{1f981}', roles: ['admin'], exp: later() };
      const [good = '', other = '', past = ''] = php<string>([
        { claims, secret },
        { claims, secret: `${secret} of another` },
        { claims: { ...claims, exp: 1_000_000_000 }, secret },
      ]);
      expect(await userOf(gateway, good)).toEqual(['7', { name: claims.name }]);
      expect((await refused(client(gateway, '/', { auth: { token: other } }))).data?.code).toBe(
        'unauthorized',
      );
      expect((await refused(client(gateway, '/', { auth: { token: past } }))).data?.code).toBe(
        'token_expired',
      );
    },
  );

  it('signs channels that admit, whatever PHP writes of the user', async () => {
    const gateway = await startGateway({ app_key: APP_KEY, app_secret: APP_SECRET });
    const a = await plain(gateway);
    const common = { socket_id: a.id, key: APP_KEY, secret: APP_SECRET };
    const users = [
      { user_id: 7, user_info: { name: 'Ada' } },
      { user_id: 'u/8', user_info: { name: 'Jürgen / \u{1f981}', url: 'https://example.com/' } },
      { user_id: 9, user_info: [] },
    ];
    const requests = [
      { ...common, channel_name: 'private-x' },
      { ...common, channel_name: 'user.7' },
      ...users.map((user, index) => ({ ...common, channel_name: `presence-room.${index}`, user })),
    ];
    const answers = php<{ auth: string; channel_data?: string }>(requests);
    for (const [index, { channel_name }] of requests.entries()) {
      const reply = await a.ask('join', { room: channel_name, ...answers[index] });
      const user = users[index - 2];
      if (!user) expect(reply).toEqual({ room: channel_name });
      else expect(reply).toMatchObject({ members: [{ ...user, user_id: String(user.user_id) }] });
    }
    // And to the byte what ours would be.
    expect(answers[0]).toEqual(signed(a.id, 'private-x'));
    expect(answers[2]).toEqual(signed(a.id, 'presence-room.0', '{"user_id":7,"user_info":{"name":"Ada"}}'));
  });

  it('signs with another secret what is refused', async () => {
    const gateway = await startGateway({ app_key: APP_KEY, app_secret: APP_SECRET });
    const a = await plain(gateway);
    const [answer] = php<object>([
      { socket_id: a.id, channel_name: 'private-x', key: APP_KEY, secret: 'another secret' },
    ]);
    expect(await a.ask('join', { room: 'private-x', ...answer })).toMatchObject({
      error: { code: 'forbidden' },
    });
  });
});

describeWith('openssl', 'OpenSSL', () => {
  const openssl = (args: string[], input?: string): Buffer =>
    execFileSync(program('openssl').path, args, { input, stdio: ['pipe', 'pipe', 'ignore'] });
  const base64url = (value: Buffer | string) => Buffer.from(value).toString('base64url');
  const unsigned = (alg: string, claims: object) =>
    [{ alg, typ: 'JWT', kid: 'one' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');

  /** A private key in a file of its own, and its public half as the application publishes it. */
  function makeKey(kind: string[]) {
    const file = join(temporaryFolder(), 'key.pem');
    openssl(['genpkey', ...kind, '-out', file]);
    const pem = openssl(['pkey', '-in', file, '-pubout']);
    return {
      file,
      jwk: { ...createPublicKey(pem).export({ format: 'jwk' }), kty: kind[1] ?? '', kid: 'one' },
    };
  }

  /** An ECDSA signature as JWT has it: both numbers, 32 bytes each, where OpenSSL writes DER. */
  function rawSignature(der: Buffer): Buffer {
    const numbers: Buffer[] = [];
    for (let at = 2; at < der.length; ) {
      const length = der[at + 1] ?? 0;
      const bytes = der.subarray(at + 2, at + 2 + length);
      numbers.push(Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32));
      at += 2 + length;
    }
    return Buffer.concat(numbers);
  }

  const KINDS: [alg: string, kind: string[], options: string[], raw: (signature: Buffer) => Buffer][] = [
    ['RS256', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], [], (signature) => signature],
    [
      'PS256',
      ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
      ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
      (signature) => signature,
    ],
    ['ES256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1'], [], rawSignature],
  ];

  it.each(KINDS)('signs tokens by %s that hold with its key', async (alg, kind, options, raw) => {
    const [key, other] = [makeKey(kind), makeKey(kind)];
    const jwks = { keys: [key.jwk] };
    const gateway = await startGateway({ jwks });
    const text = unsigned(alg, { sub: 'ada', name: 'Ada', exp: later() });
    const sign = (file: string) => raw(openssl(['dgst', '-sha256', '-sign', file, ...options], text));
    expect(await userOf(gateway, `${text}.${base64url(sign(key.file))}`)).toEqual(['ada', { name: 'Ada' }]);
    for (const signature of [sign(other.file), sign(key.file).fill(0)]) {
      const auth = { token: `${text}.${base64url(signature)}` };
      expect((await refused(client(gateway, '/', { auth }))).message).toBe(
        "The token's signature does not match.",
      );
    }
  });

  it('takes a file of keys, too', async () => {
    const [alg, kind, , raw] = KINDS[2] as (typeof KINDS)[number];
    const key = makeKey(kind);
    const jwks = join(temporaryFolder(), 'jwks.json');
    writeFileSync(jwks, JSON.stringify({ keys: [key.jwk] }));
    const gateway = await startGateway({ jwks });
    const text = unsigned(alg, { sub: 'ada', exp: later() });
    const signature = raw(openssl(['dgst', '-sha256', '-sign', key.file], text));
    expect(await userOf(gateway, `${text}.${base64url(signature)}`)).toEqual(['ada', {}]);
  });

  it('makes the HMAC of tokens and channels that hold', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, app_key: APP_KEY, app_secret: APP_SECRET });
    const hmac = (text: string, secret: string) =>
      openssl(['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `key:${secret}`, '-binary'], text);
    const text = unsigned('HS256', { sub: 7, exp: later() });
    const a = await plain(gateway, '/', { auth: { token: `${text}.${base64url(hmac(text, SECRET))}` } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    const auth = `${APP_KEY}:${hmac(`${a.id}:private-x`, APP_SECRET).toString('hex')}`;
    expect(await a.ask('join', { room: 'private-x', auth })).toEqual({ room: 'private-x' });
  });
});

describe('published vectors', () => {
  it('the signature of Pusher’s documentation', () => {
    const signatures = new Signatures('278d425bdf160c739803', ['7ad3773142a6692b25b8']);
    const auth = '278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4';
    expect(signatures.valid(auth, { socketId: '1234.1234', room: 'private-foobar' })).toBe(true);
    const presence = '278d425bdf160c739803:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80';
    const channelData = '{"user_id":10,"user_info":{"name":"Mr. Channels"}}';
    const room = 'presence-foobar';
    expect(signatures.valid(presence, { socketId: '1234.1234', room, channelData })).toBe(true);
    expect(signatures.valid(presence, { socketId: '1234.1235', room, channelData })).toBe(false);
  });
});
