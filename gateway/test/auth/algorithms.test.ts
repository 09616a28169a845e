import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { client, connected, refused, SECRET, startGateway, token } from '../core/support';
import { pair, sign } from './key-pairs';
import { KeyServer } from './support';

const unsigned = (header: object, claims: object) =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

describe('a public key is never a secret', () => {
  it.each(['alone', 'beside a secret'])('for a token by HS256, the key set standing %s', async (standing) => {
    const key = await pair('RS256', 'one');
    const beside = standing !== 'alone';
    const gateway = await startGateway({ jwks: { keys: [key.jwk] }, ...(beside && { jwt_secret: SECRET }) });
    for (const secret of [key.spki, key.spki.trim(), JSON.stringify(key.jwk), key.jwk.n ?? '']) {
      const forged = await token({ sub: 7 }, secret);
      const { data } = await refused(client(gateway, '/', { auth: { token: forged } }));
      expect(data).toEqual({
        code: 'unauthorized',
        message: beside
          ? "The token's signature does not match."
          : 'The token must be signed with an algorithm with a public key.',
      });
    }
  });

  it.each(['none', 'None', 'HS256', 'HS512', 'RS256', 'dir'])(
    'nor is a token without a signature, by %s, taken',
    async (alg) => {
      const key = await pair('RS256', 'one');
      const gateway = await startGateway({ jwt_secret: SECRET, jwks: { keys: [key.jwk] } });
      const forged = `${unsigned({ alg, kid: 'one' }, { sub: 7 })}.`;
      expect((await refused(client(gateway, '/', { auth: { token: forged } }))).data?.code).toBe(
        'unauthorized',
      );
    },
  );

  it('nor is a key that the token brings along', async () => {
    const [ours, theirs] = [await pair('ES256', 'one'), await pair('ES256', 'theirs')];
    const server = await KeyServer.start();
    server.body = { keys: [theirs.jwk] };
    const gateway = await startGateway({ jwks: { keys: [ours.jwk] } });
    const forged = await new SignJWT({ sub: '7' })
      .setProtectedHeader({ alg: 'ES256', jwk: theirs.jwk, jku: server.url, kid: 'theirs' })
      .sign(theirs.privateKey);
    expect((await refused(client(gateway, '/', { auth: { token: forged } }))).data?.code).toBe(
      'unauthorized',
    );
    expect(server.requests).toBe(0);
  });
});

describe('the claims iss and aud', () => {
  const claims = { jwt_issuer: 'https://id.example, https://old.example', jwt_audience: ['chat'] };
  it.each<[what: string, given: Record<string, unknown>, wrong: string | undefined]>([
    ['as configured', { iss: 'https://id.example', aud: 'chat' }, undefined],
    ['among others', { iss: 'https://old.example', aud: ['shop', 'chat'] }, undefined],
    ['of another issuer', { iss: 'https://evil.example', aud: 'chat' }, 'iss'],
    ['without an issuer', { aud: 'chat' }, 'iss'],
    ['for others', { iss: 'https://id.example', aud: 'shop' }, 'aud'],
    ['for nobody', { iss: 'https://id.example' }, 'aud'],
  ])('%s', async (_what, given, wrong) => {
    const key = await pair('ES256', 'one');
    const gateway = await startGateway({ jwt_secret: SECRET, jwks: { keys: [key.jwk] }, ...claims });
    for (const made of [await token({ sub: 7, ...given }), await sign(key, { sub: 7, ...given })]) {
      const asking = client(gateway, '/', { auth: { token: made } });
      if (wrong === undefined) await connected(asking);
      else expect((await refused(asking)).message).toBe(`The token's claim "${wrong}" does not hold.`);
    }
  });
});
