import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';

const FIRST_FAILURES = { reconnectionAttempts: 3, ...SOON };

describe('connecting to the PHP gateway', () => {
  it.each([
    ['auto', undefined],
    ['auto', ['polling', 'websocket']],
    ['toporia-php', undefined],
    ['toporia-php', ['polling', 'websocket']],
  ] as const)('works with protocol %s and the transports %j', async (protocol, transports) => {
    const gateway = await startPhpGateway();
    const realtime = open(gateway.url, {
      protocol,
      ...(transports && { transports: [...transports] }),
      reconnectionAttempts: 0,
    });
    await realtime.ready();
    expect(realtime.getSocket().io.engine.transport.name).toBe('websocket');
  });

  it.each(['auto', 'toporia-php'] as const)(
    'does not hang where the WebSocket is refused, with protocol %s',
    async (protocol) => {
      const gateway = await startPhpGateway();
      gateway.refuse();
      const realtime = open(gateway.url, { protocol, ...FIRST_FAILURES });
      const log = logOf(realtime, 'connect_error', 'reconnect_failed', 'connected');
      await log.until('reconnect_failed');
      expect(log.values('connect_error')).toHaveLength(4);
      expect(log.values('connect_error')[0]).toMatchObject({ code: 'connect_failed' });
      gateway.refuse(false);
      realtime.reconnect();
      await log.until('connected');
    },
  );

  it('asks for WebSocket alone with protocol toporia-php, whatever the transports', async () => {
    const gateway = await startPhpGateway();
    gateway.refuse();
    const realtime = open(gateway.url, {
      protocol: 'toporia-php',
      transports: ['polling', 'websocket'],
      reconnection: false,
    });
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(gateway.requests).toEqual([]);
  });

  it('stays out once the gateway has sent the client away', async () => {
    const gateway = await startPhpGateway();
    const realtime = open(gateway.url, SOON);
    await realtime.join('a');
    const log = logOf(realtime, 'state');
    gateway.expelAll();
    const [{ state, reason }] = (await log.until('state')) as [{ state: string; reason: string }];
    expect([state, reason]).toEqual(['failed', 'kicked']);
  });
});

describe('which gateway it is', () => {
  it('is told by our own, which is then asked for guarded rooms by join', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url);
    await realtime.join('presence.a');
    await realtime.join('presence.b');
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'subscribe', 'join']);
  });

  it('can be said by the application: our own is trusted from the start', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, { protocol: 'toporia' });
    await realtime.join('presence.a');
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'join']);
  });

  it('may change between two connections', async () => {
    const php = await startPhpGateway();
    const realtime = open(php.url, SOON);
    const log = logOf(realtime, 'reconnected', 'news.sent');
    await realtime.join('a');
    const port = Number(new URL(php.url).port);
    await php.stop();
    const ours = await startGateway({ port });
    await log.until('reconnected');
    await realtime.request('marker');
    const other = open(ours.url);
    const room = await other.join('a');
    room.emit('news.sent', { channel: 'never joined' });
    expect((await log.until('news.sent'))[0]).toEqual({ channel: 'never joined' });
    const heard = next(room, 'note');
    realtime.channel('a').emit('note', { text: 'as it is' });
    expect(await heard).toEqual({ text: 'as it is' });
  });
});
