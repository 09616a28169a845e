// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { ref, shallowRef } from 'vue';
import { useConnectionState, useEvent } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { EventLog } from '../support/event-log';
import { cut, next, open, SOON, startGateway } from '../support/realtime-pair';
import { mounted, valuesOf } from './mounted';

it('hears an event of the server for as long as the component is there', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await realtime.join('news');
  const log = new EventLog();
  const { unmount } = mounted(realtime, () => useEvent('said', (data, meta) => log.note('said', data, meta)));
  gateway.broadcast('news', 'said', 1);
  const [data, meta] = await log.until('said');
  expect([data, meta]).toMatchObject([1, { channel: 'news' }]);
  unmount();
  const said = next(realtime, 'said');
  gateway.broadcast('news', 'said', 2);
  await said;
  expect(log.values('said')).toEqual([1]);
});

it('calls one handler of two components for each of them', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const log = new EventLog();
  const handler = () => log.note('connected');
  const [first] = [1, 2].map(() => mounted(realtime, () => useEvent('connected', handler)));
  await log.until('connected', 2);
  first?.unmount();
  const connected = next(realtime, 'connected');
  realtime.reconnect();
  await connected;
  expect(log.names).toHaveLength(3);
});

it('hears an event of a room, which it is in, and of no other', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await realtime.join('sport');
  const log = new EventLog();
  const { unmount } = mounted(realtime, () => {
    useEvent(['news', 'said'], (data) => log.note('said', data));
    useEvent(['news', 'joined'], ({ rejoined }) => log.note('joined', rejoined));
  });
  expect(await log.until('joined')).toEqual([false]);
  gateway.broadcast('sport', 'said', 'elsewhere');
  gateway.broadcast('news', 'said', 'here');
  await log.until('said');
  expect(log.values('said')).toEqual(['here']);
  unmount();
  await turn();
  expect(realtime.getRooms()).toEqual(['sport']);
});

it('follows the name of the event, the room, and both', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await Promise.all([realtime.join('news'), realtime.join('sport')]);
  const log = new EventLog();
  const name = ref('said');
  const both = shallowRef<string | [string | null, string]>('shouted');
  mounted(realtime, () => {
    useEvent([() => 'news', name], (data) => log.note('of the room', data));
    useEvent(both, (data) => log.note('of both', data));
  });
  const tell = async () => {
    const end = next(realtime, 'end');
    for (const room of ['news', 'sport']) {
      for (const event of ['said', 'shouted']) gateway.broadcast(room, event, `${event} in ${room}`);
    }
    gateway.broadcast('sport', 'end');
    await end;
  };
  await turn();
  await tell();
  name.value = 'shouted';
  both.value = ['sport', 'said'];
  await turn();
  await tell();
  both.value = [null, 'said'];
  await tell();
  expect(log.values('of the room')).toEqual(['said in news', 'shouted in news', 'shouted in news']);
  expect(log.values('of both')).toEqual(['shouted in news', 'shouted in sport', 'said in sport']);
});

it('tells the state of the connection', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url, SOON);
  const { used, unmount } = mounted(realtime, () => useConnectionState());
  const log = valuesOf(used);
  await log.until('connected');
  cut(gateway, realtime);
  await log.until('connected', 2);
  expect(log.names).toEqual(['idle', 'connecting', 'connected', 'reconnecting', 'connected']);
  const later = mounted(realtime, () => useConnectionState());
  expect(later.used.value).toBe('connected');
  unmount();
  realtime.disconnect();
  expect([used.value, later.used.value]).toEqual(['connected', 'closed']);
});
