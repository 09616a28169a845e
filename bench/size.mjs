// Prints what users download, in bytes after gzip -9, as a table or with --json. Needs a build.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { alias, minified } from '../build/plugins.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
// The program, since Node's own zlib makes other sizes than everyone else's.
const gzipped = (input) => execFileSync('gzip', ['-9nc'], { input, maxBuffer: 1e7 }).length;
const sizeOf = (file) => gzipped(readFileSync(path(file)));

const pageWith = (name) => `
import { ${name} } from 'toporia-realtime';
const realtime = new ${name}(location.origin);
realtime.on('message.sent', (data) => console.log(data));
await realtime.join('chat.room.1');`;

const BARE = `
import { io } from 'socket.io-client';
const socket = io(location.origin);
socket.on('message.sent', (data) => console.log(data));
socket.emit('join', { room: 'chat.room.1' });`;

/** What a page weighs when a user's bundler has built it for browsers. */
async function pageSize(code) {
  const entry = '\0page';
  const page = {
    name: 'page',
    resolveId: (id) => (id === entry ? id : null),
    load: (id) => (id === entry ? code : null),
  };
  const plugins = [
    alias('toporia-realtime', path('dist/index.js')),
    page,
    resolve({ browser: true, exportConditions: ['production'] }),
  ];
  const bundle = await rollup({ input: entry, plugins });
  const { output } = await bundle.generate({ format: 'es', plugins: [minified()] });
  await bundle.close();
  return gzipped(output[0].code);
}

const bare = await pageSize(BARE);
const listener = await pageSize(pageWith('RealtimeListener'));
const whole = await pageSize(pageWith('ToporiaRealtime'));

const sizes = {
  'script tag, Socket.IO inside': { bytes: sizeOf('dist/toporia-realtime.umd.min.js'), limit: 22_390 },
  'script tag, slim': { bytes: sizeOf('dist/toporia-realtime.slim.umd.min.js'), limit: 13_090 },
  'ES module, as published': { bytes: sizeOf('dist/shared/realtime.js') },
  'a page on bare socket.io-client': { bytes: bare },
  'what RealtimeListener adds to that page': { bytes: listener - bare, limit: 4_000 },
  'what ToporiaRealtime adds to that page': { bytes: whole - bare },
};

if (process.argv.includes('--json')) console.log(JSON.stringify(sizes));
else console.table(sizes);
