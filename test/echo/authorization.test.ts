import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EchoAuthorizer } from '../../src/echo';
import { APP, sign, startAuthEndpoint } from '../support/auth-endpoint';
import { EventLog } from '../support/event-log';
import { cut, SECRET, startGateway, tokenFor } from '../support/realtime-pair';
import { openEcho, startLaravel, subscribed } from './laravel';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the authorization of channels, with ToporiaConnector', () => {
  it('asks the endpoint with the headers and tokens of the options', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const echo = openEcho({
      host: gateway.url,
      authEndpoint: endpoint.url,
      auth: { headers: { 'X-Tenant': 'acme' } },
      bearerToken: 'the token',
      csrfToken: 'the csrf token',
    });
    await subscribed(echo.private('orders'));
    expect(endpoint.asked).toMatchObject([
      {
        room: 'private-orders',
        socketId: echo.socketId(),
        headers: { authorization: 'Bearer the token', 'x-csrf-token': 'the csrf token', 'x-tenant': 'acme' },
      },
    ]);
  });

  it('pain 08: takes headers and tokens that were changed meanwhile', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo('ann', { auth: { headers: { 'X-Tenant': 'acme' } } });
    await subscribed(echo.private('one'));
    echo.connector.options.bearerToken = 'bob';
    echo.connector.options.auth.headers['X-Tenant'] = 'globex';
    await subscribed(echo.private('two'));
    expect(laravel.endpoint.asked.map(({ headers }) => [headers.authorization, headers['x-tenant']])).toEqual(
      [
        ['Bearer ann', 'acme'],
        ['Bearer bob', 'globex'],
      ],
    );
  });

  it("is by default at /broadcasting/auth, with the page's CSRF token, which no other server gets", async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    vi.stubGlobal('Laravel', { csrfToken: 'of the page' });
    const { fetch } = globalThis;
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push(url);
      return fetch(new URL(url, endpoint.url), init);
    });
    await subscribed(openEcho({ host: gateway.url }).private('orders'));
    await subscribed(openEcho({ host: gateway.url, authEndpoint: endpoint.url }).private('orders'));
    expect(asked).toEqual(['/broadcasting/auth', endpoint.url]);
    expect(endpoint.asked.map(({ headers }) => headers['x-csrf-token'])).toEqual(['of the page', undefined]);
  });

  it('is left to the gateway where the connection has a token, or the endpoint is an empty text', async () => {
    const gateway = await startGateway({
      jwt_secret: SECRET,
      channels: { 'orders.{id}': ({ id }) => id === '7' },
    });
    const token = await tokenFor('7');
    await subscribed(openEcho({ host: gateway.url, token: async () => token }).private('orders.1'));
    const refused = openEcho({ host: gateway.url, authEndpoint: '' }).private('orders.1');
    expect(await new Promise((resolve) => refused.error(resolve))).toMatchObject({ code: 'unauthorized' });
  });

  it("may be the application's own, as Laravel documents it", async () => {
    const gateway = await startGateway(APP);
    const log = new EventLog();
    const authorizer: EchoAuthorizer = ({ name }, options) => ({
      authorize: (socketId, callback) => {
        log.note('asked', name, socketId, options.namespace);
        callback(null, sign(socketId, name));
      },
    });
    const echo = openEcho({ host: gateway.url, authorizer });
    await subscribed(echo.private('orders'));
    const first = echo.socketId();
    const back = new Promise((resolve) => echo.private('orders').listen('.back', resolve));
    cut(gateway, echo.connector.client);
    await log.until('asked', 2);
    await echo.connector.client.join('private-orders');
    gateway.broadcast('private-orders', 'back');
    await back;
    expect(log.entries).toEqual([
      ['asked', 'private-orders', first, 'App.Events'],
      ['asked', 'private-orders', echo.socketId(), 'App.Events'],
    ]);
  });

  it.each([
    ['axios', { message: 'no', response: { status: 403 } }, 'forbidden'],
    ['fetch', { message: 'no', status: 401 }, 'unauthorized'],
    ['a network', new Error('no'), 'authorization_failed'],
    ['nothing at all', null, 'authorization_failed'],
  ])('tells an error of the own authorizer, as of %s', async (_title, error, code) => {
    const gateway = await startGateway(APP);
    const authorizer: EchoAuthorizer = () => ({ authorize: (_id, callback) => callback(error) });
    const orders = openEcho({ host: gateway.url, authorizer }).private('orders');
    const told = await new Promise((resolve) => orders.error(resolve));
    expect(told).toMatchObject({ code, cause: error });
    expect((told as Error).message).toMatch(/"private-orders": (no|no credentials were given)$/);
  });

  it('tells when the own authorizer throws', async () => {
    const gateway = await startGateway(APP);
    const authorizer: EchoAuthorizer = () => {
      throw new Error('not signed in');
    };
    const orders = openEcho({ host: gateway.url, authorizer }).private('orders');
    expect(await new Promise((resolve) => orders.error(resolve))).toMatchObject({
      code: 'authorization_failed',
      message: 'The authorizer failed for "private-orders": not signed in',
    });
  });
});
