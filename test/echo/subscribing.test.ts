import type { Socket } from 'socket.io-client';
import { describe, expect, it, vi } from 'vitest';
import type { ToporiaEcho } from '../../src/echo';
import { EventLog } from '../support/event-log';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { eventually, openEcho, openSocketIoEcho, startLaravel, subscribed } from './laravel';

const idOf = (echo: ToporiaEcho) => ({ getId: () => echo.socketId() });

describe('subscribing, with ToporiaConnector', () => {
  it('subscribed() is called at each subscription that succeeds, after reconnects too', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo('ann');
    const log = new EventLog();
    for (const channel of [echo.channel('news'), echo.private('orders.1'), echo.join('chat')]) {
      channel.subscribed(() => log.note(channel.name));
    }
    const names = ['news', 'private-orders.1', 'presence-chat'];
    for (let time = 1; time <= 3; time++) {
      await Promise.all(names.map((name) => log.until(name, time)));
      if (time < 3) cut(laravel.gateway, idOf(echo));
    }
    expect(log.names.sort()).toEqual([...names, ...names, ...names].sort());
    expect(laravel.endpoint.asked.map(({ room }) => room).sort()).toEqual(
      [...names.slice(1), ...names.slice(1), ...names.slice(1)].sort(),
    );
  });

  it("pain 09: error() tells a refusal, which Echo's own socket.io connector never does", async () => {
    const laravel = await startLaravel();
    const theirs = openSocketIoEcho(laravel.gateway.url);
    const never = vi.fn();
    theirs.private('orders.1').error(never).subscribed(never);
    theirs.channel('news').subscribed(never);
    const { socket } = theirs.connector as unknown as { socket: Socket };
    await Promise.all([next(socket, 'subscription_error'), next(socket, 'subscribed')]);

    const ours = laravel.echo();
    const log = new EventLog();
    ours
      .private('orders.1')
      .error((error) => log.note('error', error.code, error.cause))
      .subscribed(() => log.note('subscribed'));
    await subscribed(ours.channel('news'));
    await log.until('error');
    expect(log.entries).toEqual([['error', 'forbidden', { status: 403, body: '{"message":"Forbidden"}' }]]);
    expect(never).not.toHaveBeenCalled();
  });

  it('error() tells when a channel can not be subscribed to again', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo('ann');
    const log = new EventLog();
    const orders = echo.private('orders.1').error((error) => log.note('error', error.code));
    await subscribed(orders.subscribed(() => log.note('subscribed')));
    laravel.banned.add('ann');
    cut(laravel.gateway, idOf(echo));
    await log.until('error');
    expect(log.entries).toEqual([['subscribed'], ['error', 'forbidden']]);
  });

  it('both are told in a moment to who asks later, and to each callback', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo();
    const log = new EventLog();
    await subscribed(echo.channel('news'));
    await new Promise((resolve) => echo.private('orders').error(resolve));
    echo.channel('news').subscribed(() => log.note('news'));
    echo.private('orders').error(({ code }) => log.note(code));
    expect(log.names).toEqual([]);
    await log.until('forbidden');
    expect(log.names).toEqual(['news', 'forbidden']);
  });

  it.each([
    ['the logger, where there is one', true],
    ['what reports uncaught errors', false],
  ])('pain 09: a refusal that no error() callback hears goes to %s', async (_title, hasLogger) => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const warn = (message: string) => log.note('told', message);
    if (!hasLogger) vi.stubGlobal('reportError', ({ message }: Error) => warn(message));
    const echo = laravel.echo(undefined, hasLogger ? { logger: { warn } } : {});
    echo.private('orders.1');
    expect(await log.until('told')).toEqual([expect.stringContaining('answered 403 for "private-orders.1"')]);
    vi.unstubAllGlobals();
  });

  it('a channel that was refused is asked for again when it was left', async () => {
    const laravel = await startLaravel();
    laravel.banned.add('ann');
    const echo = laravel.echo('ann');
    await new Promise((resolve) => echo.private('orders').error(resolve));
    laravel.banned.clear();
    echo.leave('orders');
    await subscribed(echo.private('orders'));
  });

  it('a name that can be no room is told at once', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    expect(() => echo.private('order 7')).toThrow('"private-order 7" is no room name');
    expect(Object.keys(echo.connector.channels)).toEqual([]);
  });

  it('a channel of a name that every object has is a channel like any other', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    await subscribed(echo.channel('toString'));
  });

  it('encrypted channels are refused with a clear error', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const real = echo as unknown as { encryptedPrivate(name: string): unknown };
    expect(() => real.encryptedPrivate('orders')).toThrow(
      /^Broadcaster function ToporiaConnector does not support encrypted private channels/,
    );
    expect(() => echo.connector.encryptedPrivateChannel('orders')).toThrow('use private("orders") over TLS');
  });
});

describe('leaving, with ToporiaConnector', () => {
  const rooms = async (laravel: { gateway: { gateway: { channels(): Promise<{ name: string }[]> } } }) =>
    (await laravel.gateway.gateway.channels()).map(({ name }) => name).sort();

  it('pain 12: leave() leaves the channel and those of its name, leaveChannel() one', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo('ann');
    const other = open(laravel.gateway.url);
    await other.join('witness');
    const all = [echo.channel('chat'), echo.private('chat'), echo.join('chat'), echo.channel('chat.1')];
    await Promise.all(all.map(subscribed));
    echo.leaveChannel('private-chat');
    await eventually(async () =>
      expect(await rooms(laravel)).toEqual(['chat', 'chat.1', 'presence-chat', 'witness']),
    );
    echo.leave('chat');
    await eventually(async () => expect(await rooms(laravel)).toEqual(['chat.1', 'witness']));
    echo.leaveAllChannels();
    await eventually(async () => expect(await rooms(laravel)).toEqual(['witness']));
    expect(Object.keys(echo.connector.channels)).toEqual([]);
  });

  it('pain 12: ends the callbacks, so that the channel that comes after has only its own', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const log = new EventLog();
    await subscribed(echo.channel('news').listen('.flash', () => log.note('before')));
    echo.leave('news');
    await subscribed(echo.channel('news').listen('.flash', () => log.note('after')));
    gateway.broadcast('news', 'flash');
    await log.until('after');
    expect(log.names).toEqual(['after']);
  });

  it('and coming back in one turn is one join on the wire', async () => {
    const gateway = await startGateway();
    const names = wireNames(gateway.gateway.io);
    const echo = openEcho({ host: gateway.url });
    await subscribed(echo.channel('news'));
    echo.leave('news');
    await subscribed(echo.channel('news'));
    await echo.connector.client.request('ping');
    expect(names.filter((name) => /join|leave|subscribe/.test(name))).toEqual(['join']);
  });

  it('does not take away a room that the application is in by itself, over the same client', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url, SOON);
    const log = new EventLog();
    const news = await client.join('news');
    news.on('flash', () => log.note('application'));
    const echo = openEcho({ client });
    await subscribed(echo.channel('news').listen('.flash', () => log.note('echo')));
    gateway.broadcast('news', 'flash');
    await log.until('application');
    echo.leave('news');
    await client.request('ping');
    expect(client.getRooms()).toEqual(['news']);
    gateway.broadcast('news', 'flash');
    await log.until('application', 2);
    expect(log.names.sort()).toEqual(['application', 'application', 'echo']);
  });
});
