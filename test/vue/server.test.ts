import { renderToString } from '@vue/server-renderer';
import { expect, it } from 'vitest';
import { createSSRApp, effectScope } from 'vue';
import { createRealtime, useRoom } from '../../src/vue';
import { turn } from '../bindings/watched-room';
import { open, startGateway, wireNames } from '../support/realtime-pair';
import { AS_RENDERED, ServerPage } from './server-page';

it('renders what is known before anything is connected, and connects nothing', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const before = process.getActiveResourcesInfo();
  const plugin = createRealtime(gateway.url);
  expect(await renderToString(createSSRApp(ServerPage).use(plugin))).toBe(AS_RENDERED);
  await turn();
  expect(plugin.client.state).toBe('idle');
  expect(plugin.client.getRooms()).toEqual([]);
  expect(process.getActiveResourcesInfo()).toEqual(before);
  expect(wire).toEqual([]);
});

it('takes an address of which a server knows only the path', async () => {
  const app = createSSRApp(ServerPage).use(createRealtime('/chat'));
  expect(await renderToString(app)).toBe(AS_RENDERED);
});

it('joins nothing by a client of the application, nor by a store', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = await open(gateway.url).ready();
  const app = createSSRApp(ServerPage).use(createRealtime(realtime));
  const scope = effectScope(true);
  const store = app.runWithContext(() => scope.run(() => useRoom('news')));
  expect(await renderToString(app)).toBe(AS_RENDERED);
  await turn();
  await realtime.request('marker');
  expect(store?.status.value).toBe('joining');
  expect(wire.slice(2)).toEqual(['marker']);
});
