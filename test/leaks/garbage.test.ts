import { describe, expect, it } from 'vitest';
import { ToporiaRealtime } from '../../src';
import { next, open, startGateway } from '../support/realtime-pair';
import { survivors } from './garbage';

/** A client that the test doesn't hold, as `open()` would. */
async function connected(url: string): Promise<ToporiaRealtime> {
  const realtime = new ToporiaRealtime(url);
  await realtime.ready();
  return realtime;
}

describe('garbage', () => {
  it('is what a disconnected client is, with its socket, rooms and streams', async () => {
    const gateway = await startGateway();
    const use = async () => {
      const realtime = await connected(gateway.url);
      const room = await realtime.join('presence-room');
      const handler = () => {};
      room.on('message', handler);
      room.typing.start();
      const stream = realtime.events('message');
      const waiting = stream.next();
      const failed = realtime.request('message', 1).catch((error) => error);
      realtime.disconnect();
      await Promise.all([waiting, failed]);
      const engine = realtime.getSocket().io.engine;
      return {
        client: new WeakRef(realtime),
        socket: new WeakRef(realtime.getSocket()),
        engine: new WeakRef(engine),
        room: new WeakRef(room),
        presence: new WeakRef(room.presence),
        stream: new WeakRef(stream),
        handler: new WeakRef(handler),
      };
    };
    expect(await survivors(await use())).toEqual([]);
  });

  it('is what a client is that was disposed of while it tried to reconnect', async () => {
    const gateway = await startGateway();
    const use = async () => {
      await using realtime = await connected(gateway.url);
      const lost = next(realtime, 'reconnecting');
      gateway.dropConnections();
      await lost;
      return { client: new WeakRef(realtime), socket: new WeakRef(realtime.getSocket()) };
    };
    expect(await survivors(await use())).toEqual([]);
  });

  it('is what a living client has no more use for', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const use = async () => {
      const room = await realtime.join('presence-room');
      const handler = () => {};
      const off = realtime.on('message', handler);
      const { signal, abort } = controls();
      const [given, ended] = [room.events('message'), realtime.events('message', { signal })];
      const waiting = [given.next(), ended.next()];
      const aborted = realtime.request('message', 1, { signal }).catch((error) => error);
      const reply = await realtime.request('message', 2);
      abort();
      await room.leave();
      off();
      await Promise.all([...waiting, aborted]);
      return {
        room: new WeakRef(room),
        presence: new WeakRef(room.presence),
        handler: new WeakRef(handler),
        'stream of the room': new WeakRef(given),
        'stream with a signal': new WeakRef(ended),
        signal: new WeakRef(signal),
        reply: new WeakRef(reply as object),
      };
    };
    expect(await survivors(await use())).toEqual([]);
  });

  it('is what the connections before the last are', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { reconnectionDelay: 1 });
    await realtime.join('room');
    const use = async () => {
      const refs: Record<string, WeakRef<object>> = {};
      for (let n = 1; n <= 3; n++) {
        const there = gateway.gateway.io.sockets.sockets.get(realtime.getId() as string);
        refs[`engine ${n}`] = new WeakRef(realtime.getSocket().io.engine);
        refs[`transport ${n}`] = new WeakRef(realtime.getSocket().io.engine.transport);
        refs[`the gateway's socket ${n}`] = new WeakRef(there as object);
        const back = next(realtime, 'reconnected');
        gateway.dropConnections();
        await back;
      }
      return refs;
    };
    expect(await survivors(await use())).toEqual([]);
  });
});

function controls(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
