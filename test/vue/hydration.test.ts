// @vitest-environment jsdom
import { renderToString } from '@vue/server-renderer';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type App, createSSRApp, h, nextTick } from 'vue';
import { createRealtime, useRoom } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { next, open, startGateway, wireNames } from '../support/realtime-pair';
import { AS_RENDERED, ServerPage } from './server-page';

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  for (const method of ['warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void said.push(args.join(' ')));
  }
});

/** Takes over what a server has rendered; all that Vue finds wrong with it is in `said`. */
function hydrate(app: App, html: string): HTMLElement {
  const root = document.createElement('div');
  root.innerHTML = html;
  app.mount(root);
  onTestFinished(() => app.unmount());
  return root;
}

it('takes over what a server has rendered, also where all is connected by then', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = open(gateway.url);
  await realtime.join('presence.room', { info: 'Ann' });
  const app = createSSRApp(ServerPage).use(createRealtime(realtime));
  const root = hydrate(app, AS_RENDERED);
  await turn();
  expect(root.textContent).toBe('connected, joinedfrom the serverAnn');
  const heard = next(realtime, 'said');
  gateway.broadcast('presence.room', 'said', 'from the gateway');
  await heard;
  await nextTick();
  expect(root.textContent).toBe('connected, joinedfrom the serverfrom the gatewayAnn');
  expect(wire.filter((name) => /join|subscribe|leave/.test(name))).toEqual(['subscribe']);
  expect(said).toEqual([]);
});

it('joins what is taken over, and leaves it with the page', async () => {
  const gateway = await startGateway();
  const plugin = createRealtime(gateway.url);
  const app = createSSRApp({
    setup() {
      const { status } = useRoom('news');
      return { status };
    },
    render: ({ status }: { status: string }) => h('p', status),
  }).use(plugin);
  const root = hydrate(app, '<p>joining</p>');
  expect(said).toEqual([]);
  await plugin.client.channel('news').ready;
  await turn();
  expect(root.textContent).toBe('joined');
});

it('renders on a server with a DOM, as in tests, without joining anything', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = await open(gateway.url).ready();
  const app = createSSRApp(ServerPage).use(createRealtime(realtime));
  expect(await renderToString(app)).toBe(AS_RENDERED);
  await turn();
  await realtime.request('marker');
  expect(wire.slice(2)).toEqual(['marker']);
});

it('notices a page that is not what it was, so that these tests can fail', () => {
  const app = createSSRApp({ render: () => h('p', 'here') });
  hydrate(app, '<p>there</p>');
  expect(said.join()).toContain('Hydration');
});
