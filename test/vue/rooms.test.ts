// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { createRealtime, useEvent, useRoom } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { emptyApp, mounted, valuesOf } from './mounted';

describe('useRoom', () => {
  it('is in the room for as long as the component is there', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const { used, unmount } = mounted(realtime, () => useRoom('news'));
    expect(used.status.value).toBe('joining');
    await valuesOf(used.status).until('joined');
    expect(used.channel.value).toBe(realtime.channel('news'));
    expect(realtime.getRooms()).toEqual(['news']);
    unmount();
    await turn();
    expect(realtime.getRooms()).toEqual([]);
    expect(used.status.value).toBe('idle');
  });

  it('shares one join among components, and leaves with the last', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url);
    const [first, second] = [1, 2].map(() => mounted(realtime, () => useRoom('news')));
    if (!first || !second) throw new Error('unreachable');
    await valuesOf(second.used.status).until('joined');
    first.unmount();
    await turn();
    expect(second.used.status.value).toBe('joined');
    await realtime.request('still here');
    second.unmount();
    await turn();
    await realtime.request('gone');
    expect(wire.slice(2)).toEqual(['join', 'still here', 'leave', 'gone']);
  });

  it('sends and asks in its room', async () => {
    const gateway = await startGateway();
    const [realtime, other] = [open(gateway.url), open(gateway.url)];
    const room = await other.join('news');
    const { used } = mounted(realtime, () => useRoom('news'));
    const [said, asked] = [next(room, 'said'), next(room, 'asked')];
    used.emit('said', 'hello');
    expect(await used.request('asked', 'well?')).toEqual({ status: 'ok' });
    expect([await said, await asked]).toEqual(['hello', 'well?']);
  });

  it('brings its options along, and has the members', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const name = ref('Ann');
    const { used } = mounted(realtime, () =>
      useRoom('presence.room', () => ({ info: { name: name.value } })),
    );
    name.value = 'Bob';
    await valuesOf(used.status).until('joined');
    expect(used.members.value).toMatchObject([{ info: { name: 'Bob' } }]);
  });

  it('is on its way while the connection is away', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    const { used } = mounted(realtime, () => useRoom('news'));
    await valuesOf(used.status).until('joined');
    const log = valuesOf(used.status);
    cut(gateway, realtime);
    await log.until('joined', 2);
    expect(log.names).toEqual(['joined', 'joining', 'joined']);
  });

  it('tells why it was refused, and asks again', async () => {
    let isAllowed = false;
    const orders = { anonymous: true, authorize: () => isAllowed } as const;
    const gateway = await startGateway({ channels: { orders } });
    const realtime = open(gateway.url);
    const { used } = mounted(realtime, () => useRoom('private.orders'));
    await valuesOf(used.status).until('error');
    expect(used.error.value).toMatchObject({ code: 'unauthorized' });
    isAllowed = true;
    used.retry();
    expect(used.status.value).toBe('joining');
    await valuesOf(used.status).until('joined');
    expect(used.error.value).toBeUndefined();
  });

  it('tells that it was left by hand', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const { used } = mounted(realtime, () => useRoom('news'));
    await valuesOf(used.status).until('joined');
    await realtime.leave('news');
    expect(used.status.value).toBe('left');
    expect(() => used.emit('said', 'hello')).toThrow('"news" was left by hand');
  });
});

describe('a room whose name changes', () => {
  it('pain 13: is left exactly, and nothing of it is heard any more', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const room = ref<string | null>('chat.1');
    const heard: unknown[] = [];
    const kept = mounted(realtime, () => useRoom('chat.2'));
    const { used } = mounted(realtime, () => {
      useEvent([room, 'said'], (_data, { channel }) => heard.push(channel));
      return useRoom(room);
    });
    for (const name of ['chat.1', 'chat.2', 'chat.3', null, 'chat.4']) {
      room.value = name;
      await valuesOf(used.status).until(name ? 'joined' : 'idle');
      await turn();
      expect(new Set(realtime.getRooms())).toEqual(new Set(name ? [name, 'chat.2'] : ['chat.2']));
      const end = next(realtime, 'end');
      for (const id of [1, 2, 3, 4]) gateway.broadcast(`chat.${id}`, 'said');
      gateway.broadcast('chat.2', 'end');
      await end;
    }
    expect(heard).toEqual(['chat.1', 'chat.2', 'chat.3', 'chat.4']);
    expect(kept.used.status.value).toBe('joined');
  });

  it('is followed as a ref, as a getter, and as what a getter is made of', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const id = ref(1);
    const { used } = mounted(realtime, () => useRoom(() => `chat.${id.value}`));
    await valuesOf(used.status).until('joined');
    id.value = 2;
    expect(used.status.value).toBe('joining');
    await valuesOf(used.status).until('joined');
    expect(used.channel.value?.name).toBe('chat.2');
  });

  it('is the new one for what is sent in the same turn', async () => {
    const gateway = await startGateway();
    const [realtime, other] = [open(gateway.url), open(gateway.url)];
    const [one, two] = [await other.join('chat.1'), await other.join('chat.2')];
    const room = ref('chat.1');
    const { used } = mounted(realtime, () => useRoom(room));
    await valuesOf(used.status).until('joined');
    const heard: unknown[] = [];
    one.on('said', (text) => heard.push(text));
    const said = next(two, 'said');
    room.value = 'chat.2';
    used.emit('said', 'hello');
    expect(await said).toBe('hello');
    expect(heard).toEqual([]);
  });

  it('is asked for only where it stays for a turn', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = await open(gateway.url).ready();
    const room = ref('chat.1');
    const { used } = mounted(realtime, () => useRoom(room));
    await valuesOf(used.status).until('joined');
    room.value = 'chat.2';
    room.value = 'chat.3';
    await valuesOf(used.status).until('joined');
    room.value = 'chat.4';
    room.value = 'chat.3';
    await turn();
    await realtime.request('marker');
    expect(wire.slice(2)).toEqual(['join', 'leave', 'join', 'marker']);
    expect(realtime.getRooms()).toEqual(['chat.3']);
  });

  it('says what is wrong with a name, at the beginning and later', async () => {
    const realtime = open('http://localhost:1', { autoConnect: false });
    const within = effectScope();
    const problem = '"no room" is no room name';
    const app = emptyApp().use(createRealtime(realtime));
    expect(() => app.runWithContext(() => within.run(() => useRoom('no room')))).toThrow(problem);
    expect(() => app.runWithContext(() => within.run(() => useEvent(['no room', 'said'], () => {})))).toThrow(
      problem,
    );
    const room = ref('room');
    const errors: unknown[] = [];
    const { used, wrapper } = mounted(realtime, () => useRoom(room));
    wrapper.vm.$.appContext.config.errorHandler = (error) => errors.push(error);
    room.value = 'no room';
    await nextTick();
    expect(errors).toMatchObject([{ code: 'invalid_argument' }]);
    expect(used.status.value).toBe('idle');
    room.value = 'another';
    expect(used.status.value).toBe('joining');
  });
});
