// Prints what the same small chat takes with this SDK and with its peers: lines of code, and bytes after gzip -9 that its
// page ships besides React and what it draws. As a table or with --json. Needs a build.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// A test runner's own would make another build than the user's.
process.env.NODE_ENV = 'production';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const gzipped = (input) => execFileSync('gzip', ['-9nc'], { input, maxBuffer: 1e7 }).length;
const versionOf = (name) =>
  JSON.parse(readFileSync(path(`../../node_modules/${name}/package.json`), 'utf8')).version;

const CHATS = {
  toporia: ['toporia-realtime', undefined],
  'socket-io': ['bare socket.io-client', 'socket.io-client'],
  pusher: ['pusher-js', 'pusher-js'],
  echo: ['Laravel Echo with @laravel/echo-react', '@laravel/echo-react'],
  ably: ['ably with ably/react', 'ably'],
};

async function bundled(entry) {
  const [{ output }] = [
    await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { 'toporia-realtime/react': path('../../dist/react.js') } },
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        write: false,
        target: 'es2020',
        modulePreload: false,
        rolldownOptions: { input: entry, external: /^react/, preserveEntrySignatures: 'strict' },
      },
    }),
  ].flat();
  return gzipped(output.map(({ code }) => code ?? '').join('\n'));
}

const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim()).length;

const page = await bundled(path('chats/page.tsx'));
const rows = {};
for (const [file, [name, packageName]] of Object.entries(CHATS)) {
  const entry = path(`chats/${file}.tsx`);
  const title = packageName ? `${name} ${versionOf(packageName)}` : name;
  rows[title] = { lines: linesOf(entry), bytes: (await bundled(entry)) - page };
}

if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else console.table(rows);
