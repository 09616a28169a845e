// @vitest-environment jsdom
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { type App, defineComponent } from 'vue';
import type { ToporiaRealtime } from '../../src';
import { createRealtime, createRealtimeComposables, useConnectionState, useRealtime } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { logOf } from '../support/event-log';
import { next, open, startGateway, wireNames } from '../support/realtime-pair';
import { emptyApp, mounted, mountWith } from './mounted';

const states = ({ entries }: ReturnType<typeof logOf>) =>
  entries.map(([, change]) => (change as { state: string }).state);

/** An application as before Vue 3.5, which knows no `onUnmount`. */
function olderApp(): App {
  return Object.assign(emptyApp(), { onUnmount: undefined });
}

describe('a client of the plugin', () => {
  it.each([
    ['since Vue 3.5', emptyApp],
    ['before', olderApp],
  ])('connects with the application, and ends with it: %s', async (_title, create) => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const app = create();
    const plugin = createRealtime(gateway.url);
    const log = logOf(plugin.client, 'state');
    await turn();
    expect(plugin.client.state).toBe('idle');
    app.use(plugin).mount(document.createElement('div'));
    await plugin.client.ready();
    app.unmount();
    await turn();
    expect(states(log)).toEqual(['connecting', 'connected', 'closed']);
    expect(wire[0]).toBe('(connection)');
    expect(wire).not.toContain('join');
  });

  it('waits for connect() where autoConnect is off, and ends with the application too', async () => {
    const gateway = await startGateway();
    const app = emptyApp();
    const plugin = createRealtime(gateway.url, { autoConnect: false });
    app.use(plugin).mount(document.createElement('div'));
    await turn();
    expect(plugin.client.state).toBe('idle');
    await plugin.client.connect().ready();
    app.unmount();
    expect(plugin.client.state).toBe('closed');
  });

  it('serves two applications, and goes with the last', async () => {
    const gateway = await startGateway();
    const plugin = createRealtime(gateway.url);
    const [first, second] = [emptyApp().use(plugin), emptyApp().use(plugin)];
    for (const app of [first, second]) app.mount(document.createElement('div'));
    await plugin.client.ready();
    first.unmount();
    await turn();
    expect(plugin.client.state).toBe('connected');
    second.unmount();
    await turn();
    expect(plugin.client.state).toBe('closed');
  });

  it('is refused for what is no URL', () => {
    expect(() => createRealtime('no url')).toThrow('"no url" is no URL such as http');
    expect(() => createRealtime(undefined as unknown as string)).toThrow('"undefined" is no URL such as');
  });
});

describe("a client of the application's own", () => {
  it('is given to the components, neither connected nor ended', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { autoConnect: false });
    const { used, unmount } = mounted(realtime, () => useRealtime());
    expect(used).toBe(realtime);
    await turn();
    expect(realtime.state).toBe('idle');
    await realtime.connect().ready();
    unmount();
    await turn();
    expect(realtime.state).toBe('connected');
  });
});

describe('what says that something is missing', () => {
  it('is an error that names the plugin', () => {
    const app = emptyApp();
    expect(() => app.runWithContext(() => useRealtime())).toThrow(
      'There is no client here: call app.use(createRealtime(url)) before app.mount()',
    );
  });

  it('is an error that names the places where a client can be', () => {
    expect(() => useConnectionState()).toThrow(
      'call this in setup(), in a store, or in app.runWithContext()',
    );
  });
});

it('gives typed composables that are the same functions', () => {
  expect(createRealtimeComposables().useConnectionState).toBe(useConnectionState);
});

it('gives the Options API its client', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const component = defineComponent({
    data: () => ({ heard: [] as unknown[], stop: () => {} }),
    created() {
      this.stop = this.$realtime.on('said', (text) => this.heard.push(text));
      this.$realtime.channel('news');
    },
    unmounted() {
      this.stop();
      this.$realtime.leave('news');
    },
    template: '<p>{{ heard.join() }} {{ $realtime.state }}</p>',
  });
  const wrapper = mountWith(realtime, component);
  await realtime.channel('news').ready;
  const said = next(realtime, 'said');
  gateway.broadcast('news', 'said', 'hello');
  await said;
  await wrapper.vm.$nextTick();
  expect(wrapper.text()).toBe('hello connected');
  wrapper.unmount();
  expect(realtime.getRooms()).toEqual([]);
});

it('is a plugin for @vue/test-utils too', () => {
  const { client } = createRealtime('http://localhost:1', { autoConnect: false });
  const component = { setup: () => ({ same: useRealtime() === client }), template: '{{ same }}' };
  const plugins = [createRealtime(client as ToporiaRealtime)];
  expect(mount(component, { global: { plugins } }).text()).toBe('true');
});
