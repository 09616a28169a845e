import { runInNewContext } from 'node:vm';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as Sdk from '../../src';
import type * as React from '../../src/react';
import { startGateway } from '../support/realtime-pair';
import { Example } from './example';
import { bundleWithMetro } from './metro';

let example: Example;

beforeAll(async () => {
  // Expo starts the app, but has no part in its types.
  example = await Example.install('react-native', { without: ['expo', 'toporia-gateway'] });
});

test('its types are right, with those of React Native', async () => {
  const { code, stdout } = await example.run('types');
  expect(stdout).toBe('');
  expect(code).toBe(0);
});

/** What React Native gives to a program, as far as it is needed here: no window, no document, no EventTarget. */
const GLOBALS = { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, console, WebSocket };

test('pain 20: bundled by Metro, the SDK works, and adds nothing global', async () => {
  const bundle = await bundleWithMetro(
    example,
    `import * as imported from 'toporia-realtime';
    import * as react from 'toporia-realtime/react';
    const required = require('toporia-realtime');
    globalThis.loaded = { imported, required, react };`,
  );
  const context = {
    ...GLOBALS,
    loaded: {} as Record<'imported' | 'required', typeof Sdk> & { react: typeof React },
  };
  runInNewContext(bundle, context);
  const ofMetro = /^(__.*|process)$/;
  const added = Object.keys(context).filter((name) => !(name in GLOBALS) && !ofMetro.test(name));
  expect(added).toEqual(['loaded']);
  expect(typeof context.loaded.react.RealtimeProvider).toBe('function');

  const gateway = await startGateway();
  for (const { ToporiaRealtime } of [context.loaded.imported, context.loaded.required]) {
    const realtime = new ToporiaRealtime(gateway.url, { transports: ['websocket'] });
    onTestFinished(() => void realtime.disconnect());
    const room = await realtime.join('presence.general', { info: { name: 'Ann' } });
    expect(room.presence.members[0]?.info).toEqual({ name: 'Ann' });
    expect(await room.request('message.sent', { text: 'hello' })).toEqual({ status: 'ok' });
  }
});
