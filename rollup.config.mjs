import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import typescript from '@rollup/plugin-typescript';
import { dts } from 'rollup-plugin-dts';
import { internalNames } from './build/internal-names.mjs';
import { leanSocketIo } from './build/lean-socket-io.mjs';
import {
  alias,
  copied,
  executable,
  minified,
  publicTypes,
  SOCKET_IO_PRIVATE,
  withoutHashbang,
} from './build/plugins.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const versionOf = (manifest) => JSON.parse(readFileSync(path(manifest), 'utf8')).version;
const entries = (folder, names) =>
  Object.fromEntries(names.map((name) => [name, path(`${folder}/${name}.ts`)]));

/** Each is a folder of its own, `src/react/index.ts`, and is imported as `toporia-realtime/react`. */
const BINDINGS = ['react', 'vue', 'svelte', 'echo'];
const GATEWAY_ENTRIES = ['index', 'testing'];
/** `toporia-gateway/publisher`, and the same where there are no sockets. */
const PUBLISHERS = { publisher: 'index', 'publisher-edge': 'edge' };

/** Everything that is imported by a bare name is installed beside the package, not built into it. */
const bare = (id) => /^[^./\0]/.test(id) && !id.startsWith(path('.'));

const compiled = (manifest, target) => [
  withoutHashbang(),
  typescript({ tsconfig: path('tsconfig.build.json'), compilerOptions: { target } }),
  replace({ preventAssignment: true, values: { __VERSION__: JSON.stringify(versionOf(manifest)) } }),
];

const sdk = () => [...compiled('package.json', 'ES2020'), internalNames(path('src'))];

const modules = (dir, format, ending) => ({
  dir,
  format,
  sourcemap: true,
  exports: 'named',
  hoistTransitiveImports: false,
  entryFileNames: `[name].${ending}`,
  chunkFileNames: `shared/[name].${ending}`,
});

const types = (input, dir) => ({
  input,
  external: bare,
  plugins: [dts({ tsconfig: path('tsconfig.json') }), publicTypes()],
  output: ['d.ts', 'd.cts'].map((ending) => ({ ...modules(dir, 'es', ending), sourcemap: false })),
});

const umd = (file, plugins) => ({
  input: path('src/umd.ts'),
  plugins: [
    ...plugins,
    ...sdk(),
    resolve({ browser: true, exportConditions: ['production'] }),
    minified(SOCKET_IO_PRIVATE),
  ],
  output: {
    file: path(file),
    format: 'umd',
    name: 'ToporiaRealtime',
    exports: 'default',
    generatedCode: 'es2015',
    freeze: false,
    sourcemap: true,
  },
});

const FULL = 'dist/toporia-realtime.umd.min.js';
const SLIM = 'dist/toporia-realtime.slim.umd.min.js';

const sdkEntries = {
  index: path('src/index.ts'),
  ...Object.fromEntries(BINDINGS.map((name) => [name, path(`src/${name}/index.ts`)])),
};
const gatewayEntries = {
  ...entries('gateway/src', GATEWAY_ENTRIES),
  ...Object.fromEntries(
    Object.entries(PUBLISHERS).map(([name, file]) => [name, path(`gateway/src/publish/${file}.ts`)]),
  ),
};
const gatewayDist = path('gateway/dist');

const builds = {
  sdk: [
    {
      input: sdkEntries,
      external: bare,
      plugins: sdk(),
      output: [modules(path('dist'), 'es', 'js'), modules(path('dist'), 'cjs', 'cjs')].map((output) => ({
        ...output,
        // The client stays in one piece, in the order of its own imports, whatever else takes parts of it.
        manualChunks: (id) => (/[\\/]src[\\/](client|protocol)[\\/]/.test(id) ? 'realtime' : undefined),
        // Tells React Server Components that this part belongs to the browser.
        banner: ({ name }) => (name === 'react' ? "'use client';" : ''),
      })),
    },
    types(sdkEntries, path('dist')),
  ],
  gateway: [
    {
      input: { ...gatewayEntries, ...entries('gateway/src', ['cli']) },
      external: bare,
      plugins: [...compiled('gateway/package.json', 'ES2022'), executable(path('gateway/dist/cli.js'))],
      output: {
        ...modules(gatewayDist, 'es', 'js'),
        banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
      },
    },
    {
      input: gatewayEntries,
      external: bare,
      plugins: compiled('gateway/package.json', 'ES2022'),
      output: modules(gatewayDist, 'cjs', 'cjs'),
    },
    types(gatewayEntries, gatewayDist),
  ],
  umd: [
    umd(FULL, leanSocketIo()),
    umd(SLIM, [
      alias('socket.io-client', path('src/client/socket-io-global.ts')),
      copied(path('gateway/dist/demo'), [
        [path('examples/socketio-chat-demo.html'), 'index.html'],
        ...[FULL, SLIM].flatMap((file) => [path(file), path(`${file}.map`)]),
      ]),
    ]),
  ],
};

/** All of it, or one part: `rollup -c --configOnly=gateway`. */
export default ({ configOnly = Object.keys(builds) }) => [configOnly].flat().flatMap((part) => builds[part]);
