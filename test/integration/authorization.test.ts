import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { APP, sign, startAuthEndpoint } from '../support/auth-endpoint';
import { cut, next, open, SOON, startGateway } from '../support/realtime-pair';

describe('private rooms, authorized by an endpoint', () => {
  it('are joined with its signature, and those with presence under the name that it vouches for', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const realtime = open(gateway.url, { authEndpoint: endpoint.url });
    await realtime.join('private.orders');
    const { presence } = await realtime.join('presence.room');
    expect(presence.members).toEqual([{ id: '7', info: { name: 'Ann' } }]);
    await realtime.join('news');
    expect(endpoint.asked.map(({ room }) => room)).toEqual(['private.orders', 'presence.room']);
    expect(endpoint.asked.every(({ socketId }) => socketId === realtime.getId())).toBe(true);
  });

  it('get a fresh signature after each reconnect, since the socket id has changed', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const realtime = open(gateway.url, { ...SOON, authEndpoint: endpoint.url });
    await realtime.join('private.orders');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(realtime.getRooms()).toEqual(['private.orders']);
    expect(new Set(endpoint.asked.map(({ socketId }) => socketId)).size).toBe(2);
  });

  it('are back before what was sent meanwhile goes out', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const realtime = open(gateway.url, { ...SOON, authEndpoint: endpoint.url });
    const other = open(gateway.url, { authEndpoint: endpoint.url });
    await realtime.join('private.orders');
    await other.join('private.orders');
    const heard = next(other, 'order.placed');
    cut(gateway, realtime);
    await next(realtime, 'disconnected');
    expect(await realtime.channel('private.orders').request('order.placed', 5)).toEqual({ status: 'ok' });
    expect(await heard).toBe(5);
  });

  it('are asked for with the headers, the bearer token and the CSRF token of the options', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const realtime = open(gateway.url, {
      authEndpoint: endpoint.url,
      authHeaders: async () => ({ 'X-Tenant': 'acme' }),
      bearerToken: async () => 'the token',
      csrfToken: 'the csrf token',
    });
    await realtime.join('private.orders');
    expect(endpoint.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer the token',
      'x-csrf-token': 'the csrf token',
      'x-tenant': 'acme',
    });
  });

  it.each([
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [500, 'authorization_failed', true],
    [200, 'authorization_failed', true],
  ])(
    'pain 09: are not joined when the endpoint answers %i, and join() tells its status and body',
    async (...row) => {
      const [status, code, retryable] = row;
      const gateway = await startGateway(APP);
      const endpoint = await startAuthEndpoint(() => [status, 'no such thing']);
      const realtime = open(gateway.url, { authEndpoint: endpoint.url });
      const error = await realtime.join('private.orders').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RealtimeError);
      expect(error).toMatchObject({ code, retryable, cause: { status, body: 'no such thing' } });
      expect((error as Error).message).toContain('private.orders');
      expect(realtime.getRooms()).toEqual([]);
    },
  );

  it('pain 09: are not joined when the endpoint cannot be reached, or signs with another secret', async () => {
    const gateway = await startGateway(APP);
    const nowhere = open(gateway.url, { authEndpoint: 'http://127.0.0.1:9/broadcasting/auth' });
    await expect(nowhere.join('private.orders')).rejects.toMatchObject({ code: 'authorization_failed' });
    const forger = await startAuthEndpoint(() => [
      200,
      JSON.stringify({ auth: `${APP.app_key}:${'0'.repeat(64)}` }),
    ]);
    const realtime = open(gateway.url, { authEndpoint: forger.url });
    await expect(realtime.join('private.orders')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('one that is refused leaves the others alone', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint(({ room, socketId }) =>
      room === 'private.a' ? [403, 'no'] : [200, JSON.stringify(sign(socketId, room))],
    );
    const realtime = open(gateway.url, { authEndpoint: endpoint.url });
    const [a, b] = await Promise.allSettled([realtime.join('private.a'), realtime.join('private.b')]);
    expect([a?.status, b?.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('an endpoint that never answers ends the join in time, and does not hold up what is sent', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint(() => new Promise(() => {}));
    const realtime = open(gateway.url, { authEndpoint: endpoint.url, ackTimeout: 300 });
    const join = realtime.join('private.orders');
    const request = realtime.request('note', 1, { timeout: 20_000 });
    await expect(join).rejects.toMatchObject({ code: 'timeout' });
    expect(await request).toEqual({ status: 'ok' });
  });
});

describe('private rooms, authorized by a function', () => {
  it('are asked for in one question when they are joined together', async () => {
    const gateway = await startGateway(APP);
    const questions: (readonly string[])[] = [];
    const realtime = open(gateway.url, {
      ...SOON,
      authorizer: async (rooms, socketId) => {
        questions.push(rooms);
        return Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)]));
      },
    });
    await Promise.all(['private.a', 'private.b', 'news', 'private.c'].map((room) => realtime.join(room)));
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    const all = ['private.a', 'private.b', 'private.c'];
    expect(questions).toEqual([all, all]);
    expect(realtime.getRooms().sort()).toEqual(['news', ...all]);
  });

  it('a room that it leaves out is refused, and what it throws is told', async () => {
    const gateway = await startGateway(APP);
    const silent = open(gateway.url, { authorizer: () => ({}) });
    await expect(silent.join('private.a')).rejects.toMatchObject({ code: 'forbidden' });
    const broken = open(gateway.url, {
      authorizer: () => {
        throw new Error('the database is down');
      },
    });
    await expect(broken.join('private.a')).rejects.toMatchObject({
      code: 'authorization_failed',
      message: 'the database is down',
    });
  });

  it('is not asked for a room that comes with a signature of its own', async () => {
    const gateway = await startGateway(APP);
    const realtime = open(gateway.url, {
      authorizer: () => {
        throw new Error('not to be asked');
      },
    });
    await realtime.ready();
    const { auth } = sign(realtime.getId() as string, 'private.a');
    await realtime.join('private.a', { auth });
    expect(realtime.getRooms()).toEqual(['private.a']);
  });

  it('a room that is left while it is being authorized is not joined', async () => {
    const gateway = await startGateway(APP);
    let answer = () => {};
    const asked = new Promise<void>((isAsked) => {
      answer = isAsked;
    });
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const realtime = open(gateway.url, {
      authorizer: async (rooms, socketId) => {
        answer();
        await released;
        return Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)]));
      },
    });
    const join = realtime.join('private.a').catch((error: unknown) => error);
    await asked;
    await realtime.leave('private.a');
    release();
    expect(await join).toMatchObject({ code: 'left' });
    await realtime.request('marker');
    expect(await gateway.gateway.channels()).toEqual([]);
  });
});
