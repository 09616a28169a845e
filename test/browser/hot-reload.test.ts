import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Browser } from 'playwright-core';
import { createServer } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { TestGateway } from '../../gateway/src/testing';
import { blocksOf, root } from '../docs/blocks';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { startGateway } from '../support/realtime-pair';
import { openWatched } from '../support/watched-page';

type Files = Readonly<Record<string, string>>;

const INDEX = `<!doctype html><link rel="icon" href="data:,"><main></main><script type="module" src="/main.tsx"></script>`;
const MAIN = `
  import { StrictMode } from 'react';
  import { createRoot } from 'react-dom/client';
  import App from './App';
  createRoot(document.querySelector('main')!).render(<StrictMode><App /></StrictMode>);`;
const state = (version: number) => `
  import { useConnectionState } from 'toporia-realtime/react';
  export function State({ app }: { app: number }) {
    const text = \`app \${app}, state ${version}: \${useConnectionState()}\`;
    return <p>{text}</p>;
  }`;

/** An application on a development server of Vite, which is gone when the test ends. */
async function startVite(files: Files) {
  const folder = mkdtempSync(join(tmpdir(), 'toporia-hot-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  for (const [file, text] of Object.entries({ 'index.html': INDEX, 'main.tsx': MAIN, ...files })) {
    write(file, text);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const server = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(folder, '.vite'),
    logLevel: 'silent',
    plugins: [react()],
    define: { __VERSION__: '"0"' },
    // A watcher of files may overlook one of two changes that follow each other closely; here it is told of each.
    server: { host: '127.0.0.1', port: 0, fs: { strict: false }, watch: null },
    resolve: {
      alias: {
        'toporia-realtime/react': join(root, 'src/react/index.ts'),
        'toporia-realtime': join(root, 'src/index.ts'),
      },
    },
    optimizeDeps: { include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', 'socket.io-client'] },
  });
  await server.listen();
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return {
    url: String(server.resolvedUrls?.local[0]),
    /** The page hears of changes from here on. */
    isHeard: new Promise<void>((resolve) => server.ws.on('connection', () => resolve())),
    edit(file: string, text: string): void {
      write(file, text);
      server.watcher.emit('change', join(folder, file));
    },
  };
}

describeWith('chromium', 'pain 24: a development server with hot reload collects no dead connections', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  interface Development {
    gateway: TestGateway;
    edit(file: string, text: string): void;
    /** Waits for a version of the page that is connected by the one connection there is. */
    shows(version: string): Promise<void>;
  }

  async function develop(files: (url: string) => Files): Promise<Development> {
    const gateway = await startGateway();
    const { url, isHeard, edit } = await startVite(files(gateway.url));
    const page = await openWatched(browser, url);
    await isHeard;
    await page.evaluate(() => Object.assign(globalThis, { isFirstLoad: true }));
    return {
      gateway,
      edit,
      async shows(version) {
        await page.getByText(`${version}: connected`, { exact: true }).waitFor();
        await expect.poll(() => gateway.connections()).toBe(1);
        expect(await page.evaluate(() => 'isFirstLoad' in globalThis)).toBe(true);
      },
    };
  }

  test('with a client of RealtimeProvider', async () => {
    const app = (version: number, url: string) => `
      import { useRef } from 'react';
      import { RealtimeProvider } from 'toporia-realtime/react';
      import { State } from './State';
      export default function App() {
        ${'useRef();'.repeat(version)}
        return <RealtimeProvider url="${url}"><State app={${version}} /></RealtimeProvider>;
      }`;
    const { gateway, edit, shows } = await develop((url) => ({
      'App.tsx': app(1, url),
      'State.tsx': state(1),
    }));
    await shows('app 1, state 1');
    const [first] = gateway.gateway.io.sockets.sockets.keys();
    for (const version of [2, 3, 4]) {
      edit('State.tsx', state(version));
      await shows(`app 1, state ${version}`);
    }
    expect([...gateway.gateway.io.sockets.sockets.keys()]).toEqual([first]);
    // A component whose hooks are others is made anew, and so are the provider in it and its client.
    for (const version of [2, 3, 4]) {
      edit('App.tsx', app(version, gateway.url));
      await shows(`app ${version}, state 4`);
    }
    expect([...gateway.gateway.io.sockets.sockets.keys()]).not.toEqual([first]);
  });

  const APP = `
    import { RealtimeProvider } from 'toporia-realtime/react';
    import { realtime, version } from './client';
    import { State } from './State';
    export default function App() {
      return <RealtimeProvider client={realtime}><State app={version} /></RealtimeProvider>;
    }`;

  test('with a client in a module of its own, as the docs have it', async () => {
    const code = blocksOf('docs/hot-reload.md').find(({ kind }) => kind === 'ts')?.code ?? '';
    const client = (version: number, url: string) =>
      `${code.replace('http://localhost:3000', url)}; export const version = ${version};`;
    const { gateway, edit, shows } = await develop((url) => ({
      'App.tsx': APP,
      'State.tsx': state(1),
      'client.ts': client(1, url),
    }));
    await shows('app 1, state 1');
    for (const version of [2, 3, 4]) {
      edit('client.ts', client(version, gateway.url));
      await shows(`app ${version}, state 1`);
      edit('State.tsx', state(version));
      await shows(`app ${version}, state ${version}`);
      edit('State.tsx', state(1));
      await shows(`app ${version}, state 1`);
    }
  });

  test("with a client in a component's file that disposes of it", async () => {
    const app = (version: number, url: string) =>
      `${APP.replace(`import { realtime, version } from './client'`, `import { ToporiaRealtime } from 'toporia-realtime'`)}
      const version = ${version};
      const realtime = new ToporiaRealtime('${url}');
      import.meta.hot?.dispose(() => realtime.disconnect());`;
    const { gateway, edit, shows } = await develop((url) => ({
      'App.tsx': app(1, url),
      'State.tsx': state(1),
    }));
    await shows('app 1, state 1');
    for (const version of [2, 3, 4]) {
      edit('App.tsx', app(version, gateway.url));
      await shows(`app ${version}, state 1`);
    }
  });
});
