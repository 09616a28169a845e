import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ToporiaRealtime } from '../../src';
import { cut, next, openPlain, startGateway } from '../support/realtime-pair';

it('a gateway that all have left, and whose logs are old, has nothing left', async () => {
  const test = await startGateway({
    limits: { room_log_age: 100, repeats_age: 100 },
    presence_grace: 100,
  });
  const { gateway } = test;
  gateway.of('/').on('never', () => new Promise(() => {}));
  const people = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const realtime = new ToporiaRealtime(`${test.url}/${n % 3 ? '' : `space-${n}`}`, {
        reconnection: false,
      });
      const room = await realtime.join(`presence-${n % 5}`, { info: { n } });
      await realtime.join(`own-${n}`);
      await room.request('message', n);
      room.typing.start();
      room.request('never', n).catch(() => {});
      return realtime;
    }),
  );
  const plain = await openPlain(test.url, { auth: { toporia: { sdk: '1', client: 'one' } } });
  await plain.emitWithAck('join', 'room');
  await plain.emitWithAck('message', 1, { room: 'room', id: 'a' });
  test.sendToUser('somebody', 'message', 1);

  const full = gateway.stats();
  expect(full).toMatchObject({ connections: 21, remembered_ids: 1 });
  expect(full.rooms).toBeGreaterThan(20);
  expect(full.room_log.rooms).toBeGreaterThan(0);

  const gone = people.map((realtime) => next(realtime, 'disconnected'));
  for (const [n, realtime] of people.entries()) {
    if (n % 2) realtime.disconnect();
    else cut(test, realtime, n % 3 ? '/' : `/space-${n}`);
  }
  plain.disconnect();
  await Promise.all(gone);
  const holds = () => {
    const { connections, rooms, room_log, remembered_ids } = gateway.stats();
    const { adapter, sockets } = gateway.io.sockets;
    return {
      connections,
      rooms,
      'rooms in the log': room_log.rooms,
      'messages in the log': room_log.messages,
      'bytes in the log': room_log.bytes,
      remembered_ids,
      'rooms of Socket.IO': adapter.rooms.size,
      'its members': adapter.sids.size,
      sockets: sockets.size,
      namespaces: gateway.io._nsps.size,
    };
  };
  const nothing = Object.fromEntries(
    Object.keys(holds()).map((name) => [name, name === 'namespaces' ? 1 : 0]),
  );
  // The gateway looks for what is old now and then, and tells nobody.
  for (let left = 200; left && JSON.stringify(holds()) !== JSON.stringify(nothing); left--) await after(50);
  expect(holds()).toEqual(nothing);
});
