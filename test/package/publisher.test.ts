import { runInNewContext } from 'node:vm';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startTestGateway } from '../../gateway/src/testing';
import { runScript } from '../support/run';

const { project } = inject('packed');
const KEY = 'key-of-the-tests';

/** What a bundler for such a runtime makes of a function that publishes. */
async function bundled(condition: string): Promise<string> {
  const input = '\0function';
  const code = `import { createPublisher } from 'toporia-gateway/publisher';
    run = async (url) => {
      const publisher = createPublisher({ url, key: '${KEY}' });
      return publisher.broadcast('news', 'flash', { text: 'hello' });
    };`;
  const bundle = await rollup({
    input,
    plugins: [
      {
        name: 'function',
        resolveId: (id) => (id === input ? id : null),
        load: (id) => (id === input ? code : null),
      },
      resolve({ exportConditions: [condition, 'import'], rootDir: project }),
    ],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  return output[0].code;
}

describe.each(['workerd', 'edge-light', 'browser'])('toporia-gateway/publisher for %s', (condition) => {
  test('needs nothing but what such runtimes have, and publishes', async () => {
    const gateway = await startTestGateway({ api_key: KEY });
    onTestFinished(() => gateway.stop());
    const context: { run: undefined | ((url: string) => Promise<{ id: string }>) } & Record<string, unknown> =
      {
        ...{ fetch, Headers, URL, AbortController, crypto, setTimeout, clearTimeout },
        run: undefined,
      };
    runInNewContext(await bundled(condition), context);
    expect(await context.run?.(gateway.url)).toEqual({ id: expect.any(String) });
  });
});

test('toporia-gateway/publisher loads nothing of the gateway', async () => {
  const code = `
    require('toporia-gateway/publisher');
    report(Object.keys(require.cache).filter((file) => !/toporia-gateway.dist/.test(file)));`;
  expect(await runScript(code, project, 'commonjs')).toEqual([]);
});

test('toporia-gateway/publisher says what to install for Redis', async () => {
  const code = `
    import { createPublisher } from 'toporia-gateway/publisher';
    const publisher = createPublisher({ redis: 'redis://127.0.0.1:6379' });
    await publisher.broadcast('news', 'flash').catch(({ message }) => report(message));
    await publisher.close();`;
  expect(await runScript(code, project)).toBe(
    'To publish through Redis a package is missing: npm install ioredis',
  );
});
