// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { defineComponent, effectScope, h, KeepAlive, nextTick, onMounted, ref, Suspense } from 'vue';
import { createRealtime, useMessages, useRoom } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { emptyApp, mounted, mountWith, valuesOf } from './mounted';

const joinsAndLeaves = (wire: readonly string[]) => wire.filter((name) => /join|leave/.test(name));

/** What Vue's development build gives to a development server. */
interface HotVue {
  __VUE_HMR_RUNTIME__: {
    createRecord(id: string, component: object): void;
    reload(id: string, component: object): void;
  };
}

it('lives in a store: in a scope of the application, for all components that come and go', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const app = emptyApp().use(createRealtime(realtime));
  const scope = effectScope(true);
  const room = ref('chat.1');
  const store = app.runWithContext(() => scope.run(() => useMessages(room, 'said')));
  if (!store) throw new Error('unreachable');
  await valuesOf(store.status).until('joined');
  room.value = 'chat.2';
  await valuesOf(store.status).until('joined');
  await turn();
  expect(realtime.getRooms()).toEqual(['chat.2']);
  scope.stop();
  await turn();
  expect(realtime.getRooms()).toEqual([]);
  room.value = 'chat.3';
  await turn();
  expect([realtime.getRooms(), store.status.value]).toEqual([[], 'idle']);
});

it('begins at once where a hook calls it, after the component has been drawn', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  let used: ReturnType<typeof useRoom> | undefined;
  const component = {
    setup: () =>
      onMounted(() => {
        used = useRoom('news');
      }),
    render: () => null,
  };
  const wrapper = mountWith(realtime, component);
  if (!used) throw new Error('unreachable');
  await valuesOf(used.status).until('joined');
  wrapper.unmount();
  await turn();
  expect(realtime.getRooms()).toEqual([]);
});

it('keeps the room and its messages while KeepAlive keeps the component, and gives it back with it', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = open(gateway.url);
  const KeptChat = defineComponent({
    name: 'KeptChat',
    setup() {
      const { messages, status } = useMessages<string>('chat', 'said');
      return () => `${status.value}: ${messages.value.map(({ data }) => data).join()}`;
    },
  });
  const kept = ref(['KeptChat']);
  const isShown = ref(true);
  const wrapper = mountWith(realtime, () =>
    h(KeepAlive, { include: kept.value }, () => (isShown.value ? h(KeptChat) : h({ render: () => 'away' }))),
  );
  const say = async (text: string) => {
    const said = next(realtime, 'said');
    gateway.broadcast('chat', 'said', text);
    await said;
    await nextTick();
  };
  expect(wrapper.text()).toBe('joining:');
  await realtime.channel('chat').ready;
  await say('one');
  expect(wrapper.text()).toBe('joined: one');
  isShown.value = false;
  await nextTick();
  await say('two');
  expect(wrapper.text()).toBe('away');
  isShown.value = true;
  await nextTick();
  expect(wrapper.text()).toBe('joined: one,two');
  isShown.value = false;
  await nextTick();
  kept.value = [];
  await nextTick();
  await turn();
  await realtime.request('marker');
  expect(wire.slice(2)).toEqual(['join', 'leave', 'marker']);
});

it('is followed also while it is kept, for those who give the room back meanwhile', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const room = ref<string | null>('chat');
  const isShown = ref(true);
  const Chat = { setup: () => ({ status: useRoom(room).status }), template: '{{ status }}' };
  const wrapper = mountWith(realtime, () =>
    h(KeepAlive, () => (isShown.value ? h(Chat) : h({ render: () => 'away' }))),
  );
  await realtime.channel('chat').ready;
  await nextTick();
  isShown.value = false;
  await nextTick();
  room.value = null;
  await turn();
  room.value = 'chat';
  await realtime.channel('chat').ready;
  isShown.value = true;
  await nextTick();
  expect(wrapper.text()).toBe('joined');
});

it('is in no room for a component that never came', async () => {
  // Vue says that Suspense is experimental.
  vi.spyOn(console, 'info').mockImplementation(() => {});
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = await open(gateway.url).ready();
  const isAsked = ref(true);
  let finish = () => {};
  const Slow = defineComponent({
    async setup() {
      useRoom('chat');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return () => 'here';
    },
  });
  const wrapper = mountWith(realtime, () =>
    h(Suspense, null, { default: () => (isAsked.value ? h(Slow) : 'nothing'), fallback: () => 'wait' }),
  );
  expect(wrapper.text()).toBe('wait');
  await turn();
  await realtime.request('marker');
  isAsked.value = false;
  await nextTick();
  finish();
  await turn();
  await realtime.request('marker');
  expect(wire.slice(2)).toEqual(['join', 'marker', 'leave', 'marker']);
});

it('keeps the room where a development server replaces the component', async () => {
  const { __VUE_HMR_RUNTIME__: hot } = globalThis as unknown as HotVue;
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = open(gateway.url);
  const version = (name: string) => ({
    __hmrId: 'chat',
    setup: () => ({ status: useRoom('chat').status }),
    template: `${name} {{ status }}`,
  });
  const first = version('first');
  hot.createRecord('chat', first);
  const wrapper = mountWith(realtime, () => h(first));
  await realtime.channel('chat').ready;
  for (const name of ['second', 'third']) {
    hot.reload('chat', version(name));
    await nextTick();
    await turn();
    expect(wrapper.html()).toBe(`${name} joined`);
  }
  await realtime.request('marker');
  expect(wire.slice(2)).toEqual(['join', 'marker']);
});

describe('a component that goes', () => {
  it('before it has asked leaves no trace', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = await open(gateway.url).ready();
    mounted(realtime, () => useRoom('news')).unmount();
    await turn();
    await realtime.request('marker');
    expect(joinsAndLeaves(wire)).toEqual([]);
  });

  it('without a connection is in no room once there is one', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, { autoConnect: false });
    const { unmount } = mounted(realtime, () => useRoom('news'));
    await turn();
    unmount();
    await turn();
    await realtime.connect().ready();
    await realtime.request('marker');
    expect(joinsAndLeaves(wire)).toEqual([]);
  });

  it('while its join is under way leaves the room', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = await open(gateway.url).ready();
    const { unmount } = mounted(realtime, () => useRoom('news'));
    await turn();
    unmount();
    await turn();
    await realtime.request('marker');
    expect(joinsAndLeaves(wire)).toEqual(['join', 'leave']);
    expect(await gateway.gateway.channels()).toEqual([]);
  });

  it('while it is away from the gateway is not joined again', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    const { used, unmount } = mounted(realtime, () => useRoom('news'));
    await valuesOf(used.status).until('joined');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await valuesOf(used.status).until('joining');
    unmount();
    await back;
    expect(realtime.getRooms()).toEqual([]);
  });

  it('after it was refused is not asked for again', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, SOON);
    const { used, unmount } = mounted(realtime, () => useRoom('private.orders'));
    await valuesOf(used.status).until('error');
    unmount();
    await turn();
    const asked = joinsAndLeaves(wire).length;
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    await realtime.request('marker');
    expect(joinsAndLeaves(wire)).toHaveLength(asked);
  });
});
