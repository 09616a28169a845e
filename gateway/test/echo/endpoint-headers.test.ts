import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { startBoth } from './endpoint-support';
import { openEcho, settled } from './support';

/** The headers that reach the application when Echo subscribes with these, over a handshake with those. */
async function passedOn(
  headers: Record<string, string>,
  { handshake = {}, options = {} }: { handshake?: Record<string, string>; options?: GatewayOptions } = {},
) {
  const { application, gateway, logger } = await startBoth(undefined, options);
  const echo = openEcho(gateway, { auth: { headers }, extraHeaders: handshake });
  echo.private('orders');
  await settled(echo);
  expect(application.asked).toHaveLength(1);
  return { headers: application.asked[0]?.headers ?? {}, room: application.asked[0]?.room, gateway, logger };
}

describe('of the headers of a client', () => {
  it('those are passed on by which applications know a user, in any spelling', async () => {
    const { headers } = await passedOn({
      AUTHORIZATION: 'Bearer x',
      'X-CSRF-TOKEN': 'csrf',
      'x-Xsrf-Token': 'xsrf',
    });
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      'x-csrf-token': 'csrf',
      'x-xsrf-token': 'xsrf',
    });
  });

  it('no others are, unless the settings name them', async () => {
    const given = { 'X-Tenant': 'acme', 'X-Locale': 'de', 'X-Secret': 'x' };
    const { headers } = await passedOn(given, { options: { auth_headers: 'X-Tenant, x-locale' } });
    expect(headers).toMatchObject({ 'x-tenant': 'acme', 'x-locale': 'de' });
    expect(headers).not.toHaveProperty('x-secret');
  });

  it('none is that is about the connection, or where the question comes from', async () => {
    const forged = {
      Host: 'internal.example',
      Connection: 'close, Authorization',
      'Content-Length': '0',
      'Content-Type': 'text/plain',
      'Transfer-Encoding': 'chunked',
      Upgrade: 'websocket',
      Expect: '100-continue',
      Cookie: 'laravel_session=of-another',
      Origin: 'https://trusted.example',
      'X-Forwarded-For': '127.0.0.1',
      'X-Real-IP': '127.0.0.1',
      'X-Requested-With': 'nothing',
      'Proxy-Authorization': 'Basic x',
    };
    const { headers, room } = await passedOn(forged);
    expect(room).toBe('private-orders');
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-requested-with',
    ]);
    expect(Object.values(headers).filter((value) => Object.values(forged).includes(String(value)))).toEqual(
      [],
    );
  });

  it.each([
    ['another header in it', 'Bearer x\r\nX-Admin: 1'],
    ['what is no Latin', 'Bearer Ω'],
    ['a null', 'Bearer \u0000'],
    ['more than headers have', 'x'.repeat(8_001)],
    ['a number', 7],
    ['a list', ['Bearer x', 'Bearer y']],
    ['an object', { toString: 'x' }],
  ])('one is left out that holds %s', async (_what, value) => {
    const { headers } = await passedOn({ Authorization: value as string, 'X-CSRF-TOKEN': 'csrf' });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('x-admin');
    expect(headers).toMatchObject({ 'x-csrf-token': 'csrf' });
  });

  it.each([[undefined], [null], ['Authorization: x'], [[['Authorization', 'x']]], [{ __proto__: null }]])(
    'there need be none: %j',
    async (headers) => {
      const { application, gateway } = await startBoth();
      const echo = openEcho(gateway);
      echo.connector.socket.emit('subscribe', { channel: 'private-orders', auth: { headers } });
      await settled(echo);
      expect(application.asked[0]?.headers).not.toHaveProperty('authorization');
      expect(await gateway.channels()).toHaveLength(1);
    },
  );
});

describe('the cookie of a handshake', () => {
  const Cookie = 'laravel_session=abc';

  it.each<[string, string | undefined, GatewayOptions, boolean]>([
    ['that comes from no page', undefined, {}, true],
    ['of a listed page', 'https://app.example', { cors_origins: 'https://app.example' }, true],
    ['of anybody’s page, where any may connect', 'https://evil.example', {}, false],
    ['of a page without an origin', 'null', {}, false],
  ])('%s: is passed on only where its origin may be trusted', async (_what, origin, options, isPassed) => {
    const handshake = { Cookie, ...(origin !== undefined && { Origin: origin }) };
    const { headers, logger } = await passedOn({}, { handshake, options });
    expect(headers.cookie).toBe(isPassed ? Cookie : undefined);
    expect(headers.origin).toBe(origin);
    expect(logger.lines).toEqual(
      isPassed
        ? []
        : [
            {
              level: 'warn',
              message:
                'the cookie of a page is not passed on to the auth endpoint: cors_origins does not list it',
              details: { origin },
            },
          ],
    );
  });

  it('of a page of the same host is', async () => {
    const { application, gateway } = await startBoth();
    const echo = openEcho(gateway, { extraHeaders: { Cookie, Origin: gateway.url } });
    echo.private('orders');
    await settled(echo);
    expect(application.asked[0]?.headers.cookie).toBe(Cookie);
  });

  it('may come from a listed page over polling, which needs leave for that', async () => {
    const origin = 'https://app.example';
    const answers = async (options: GatewayOptions) => {
      const { gateway } = await startBoth(undefined, { shutdown_timeout: 10, ...options });
      const url = `${gateway.url}/socket.io/?EIO=4&transport=polling`;
      const response = await fetch(url, { headers: { Origin: origin } });
      await response.text();
      return [
        response.headers.get('access-control-allow-origin'),
        response.headers.get('access-control-allow-credentials'),
      ];
    };
    expect(await answers({ cors_origins: origin })).toEqual([origin, 'true']);
    expect(await answers({ cors_origins: '*' })).toEqual(['*', null]);
  });
});
