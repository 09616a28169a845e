import { describe, expect, it } from 'vitest';
import { TokenRefused, TokenVerifier } from '../../src/auth/jwt';
import { KeySet } from '../../src/auth/key-set';
import { client, connected, plain, refused, SECRET, startGateway, token } from '../core/support';
import { type Pair, pair, sign } from './key-pairs';
import { KeptLog, KeyServer } from './support';

async function remote(options: { cooldown?: number; pause?: number } = {}) {
  const server = await KeyServer.start();
  const logger = new KeptLog();
  const keySet = new KeySet(server.url, { logger, cooldown: 0, pause: 0, ...options });
  const verifier = new TokenVerifier({ secrets: {}, keySets: new Map([['default', keySet]]) });
  return { server, logger, verifier };
}

const refusalOf = (
  verifying: Promise<unknown>,
): Promise<Pick<TokenRefused, 'code' | 'message' | 'retryAfter'>> =>
  verifying.then(
    () => {
      throw new Error('it was taken');
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(TokenRefused);
      return error as TokenRefused;
    },
  );

describe('a key set', () => {
  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('checks tokens by %s', async (alg) => {
    const key = await pair(alg, 'one');
    const gateway = await startGateway({ jwks: { keys: [key.jwk] } });
    expect(gateway.developmentMode).toBe(false);
    const a = await plain(gateway, '/', { auth: { token: await sign(key) } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    const stranger = await refused(
      client(gateway, '/', { auth: { token: await sign(await pair(alg, 'one')) } }),
    );
    expect(stranger.data).toEqual({ code: 'unauthorized', message: "The token's signature does not match." });
  });

  it('is fetched from its address when it is first needed, once for all that come at once', async () => {
    const { server, verifier } = await remote({ cooldown: 30_000 });
    const key = await pair('ES256', 'one');
    server.body = { keys: [key.jwk] };
    expect(server.requests).toBe(0);
    const made = await sign(key);
    const users = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(made)));
    expect(users.map(({ id }) => id)).toEqual(Array(20).fill('7'));
    await verifier.verify(made);
    expect(server.requests).toBe(1);
  });

  it('follows a rotation: the new key is fetched, the old one no longer holds', async () => {
    const { server, verifier } = await remote();
    const [first, second] = [await pair('RS256', 'one'), await pair('ES256', 'two')];
    server.body = { keys: [first.jwk] };
    await verifier.verify(await sign(first));
    server.body = { keys: [second.jwk] };
    expect(await verifier.verify(await sign(second))).toMatchObject({ id: '7' });
    expect(server.requests).toBe(2);
    expect(await refusalOf(verifier.verify(await sign(first)))).toMatchObject({
      code: 'unauthorized',
      message: "The token's key is not known.",
    });
  });

  it('is not fetched again and again for keys that nobody knows', async () => {
    const { server, verifier, logger } = await remote({ cooldown: 30_000 });
    const [known, unknown] = [await pair('ES256', 'one'), await pair('ES256', 'two')];
    server.body = { keys: [known.jwk] };
    await verifier.verify(await sign(known));
    for (let i = 0; i < 5; i++) {
      expect(await refusalOf(verifier.verify(await sign(unknown)))).toMatchObject({ code: 'unauthorized' });
    }
    expect(server.requests).toBe(1);
    expect(logger.lines).toEqual([]);
  });

  it('tries all keys of the kind where neither they nor the token have names', async () => {
    const pairs = [
      await pair('ES256', undefined),
      await pair('ES256', undefined),
      await pair('ES256', undefined),
    ];
    const keySet = new KeySet({ keys: pairs.slice(0, 2).map(({ jwk }) => jwk) }, { logger: new KeptLog() });
    const verifier = new TokenVerifier({ secrets: {}, keySets: new Map([['default', keySet]]) });
    for (const known of pairs.slice(0, 2))
      expect(await verifier.verify(await sign(known))).toMatchObject({ id: '7' });
    expect(await refusalOf(verifier.verify(await sign(pairs[2] as Pair)))).toMatchObject({
      code: 'unauthorized',
    });
  });

  it('is of one guard, and a secret may be of another', async () => {
    const key = await pair('ES256', 'one');
    const gateway = await startGateway({ jwt_secret: SECRET, jwks: { admin: { keys: [key.jwk] } } });
    const admin = await sign(key);
    await connected(client(gateway, '/', { auth: { token: admin, guard: 'admin' } }));
    await connected(client(gateway, '/', { auth: { token: await token({ sub: 7 }) } }));
    const crossed = [{ token: admin }, { token: await token({ sub: 7 }), guard: 'admin' }];
    for (const auth of crossed)
      expect((await refused(client(gateway, '/', { auth }))).data?.code).toBe('unauthorized');
  });

  it('may stand beside the secret of the same guard', async () => {
    const key = await pair('ES256', 'one');
    const gateway = await startGateway({ jwt_secret: SECRET, jwks: { keys: [key.jwk] } });
    for (const each of [await sign(key), await token({ sub: 7 })]) {
      await connected(client(gateway, '/', { auth: { token: each } }));
    }
  });
});

it('a key that is broken takes no other with it', async () => {
  const [good, broken] = [await pair('RS256', 'good'), await pair('RS256', 'broken')];
  const gateway = await startGateway({ jwks: { keys: [good.jwk, { ...broken.jwk, n: 'AQ' }] } });
  const error = await refused(client(gateway, '/', { auth: { token: await sign(broken) } }));
  expect(error.data?.code).not.toBe('token_expired');
  await connected(client(gateway, '/', { auth: { token: await sign(good) } }));
});

describe('while the key set cannot be had', () => {
  const unavailable = {
    code: 'internal',
    message: 'The keys to check tokens with cannot be had at the moment; try again.',
    retryAfter: 2_000,
  };

  it.each<[what: string, status: number, body: unknown]>([
    ['an error', 500, {}],
    ['a redirection', 302, {}],
    ['no JSON', 200, '<html>'],
    ['no key set', 200, { hello: 1 }],
  ])(
    'as its server answers %s, tokens are refused for now, and that is said once',
    async (_what, status, body) => {
      const { server, verifier, logger } = await remote();
      const key = await pair('ES256', 'one');
      Object.assign(server, { status, body });
      for (let i = 0; i < 3; i++)
        expect(await refusalOf(verifier.verify(await sign(key)))).toMatchObject(unavailable);
      expect(logger.messages('error')).toEqual(['the key set to check tokens with cannot be had']);
      Object.assign(server, { status: 200, body: { keys: [key.jwk] } });
      expect(await verifier.verify(await sign(key))).toMatchObject({ id: '7' });
      expect(logger.messages('info')).toEqual(['the key set can be had again']);
    },
  );

  it.each([0, 60_000])('keys that are known hold all the same, with a pause of %i ms', async (pause) => {
    const { server, verifier, logger } = await remote({ pause });
    const [known, unknown] = [await pair('ES256', 'one'), await pair('ES256', 'two')];
    server.body = { keys: [known.jwk] };
    await verifier.verify(await sign(known));
    server.status = 500;
    for (let i = 0; i < 2; i++) {
      expect(await refusalOf(verifier.verify(await sign(unknown)))).toMatchObject(unavailable);
      expect(await verifier.verify(await sign(known))).toMatchObject({ id: '7' });
    }
    expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('its server is not asked again at once', async () => {
    const { server, verifier } = await remote({ pause: 60_000 });
    server.status = 500;
    const made = await sign(await pair('ES256', 'one'));
    for (let i = 0; i < 10; i++) await refusalOf(verifier.verify(made));
    expect(server.requests).toBe(1);
  });

  it('the gateway lives, and says when to come again', async () => {
    // Nothing listens at port 1.
    const gateway = await startGateway({ jwks: 'http://127.0.0.1:1/jwks.json' });
    const made = await sign(await pair('ES256', 'one'));
    const { message } = unavailable;
    const error = await refused(client(gateway, '/', { auth: { token: made } }));
    expect(error.data).toEqual({ code: 'internal', message, retry_after: 2_000 });
    const a = await plain(gateway);
    expect(await a.ask('auth', { token: made })).toEqual({
      error: { code: 'internal', message, retry_after: 2_000 },
    });
    expect(await a.ask('join', 'public')).toEqual({ room: 'public' });
  });
});
