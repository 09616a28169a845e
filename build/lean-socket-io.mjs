import { fileURLToPath } from 'node:url';
import { alias, emptied } from './plugins.mjs';

const ours = (name) => fileURLToPath(new URL(name, import.meta.url));
const theirs = (file) => ours(`../node_modules/${file}`);

/** Rollup plugins for the build with Socket.IO inside: they leave out of it what the SDK never uses. */
export const leanSocketIo = () => [
  // No gateway speaks WebTransport: Socket.IO passes over a transport that isn't there.
  alias('./webtransport.js', ours('no-webtransport.mjs')),
  // The SDK does its own retrying, of connections and of messages.
  alias('./contrib/backo2.js', ours('no-backoff.mjs')),
  emptied('socket.io-client/build/esm/manager.js', ['reconnect', 'onreconnect', 'maybeReconnectOnOpen']),
  emptied('socket.io-client/build/esm/socket.js', ['_addToQueue', '_drainQueue']),
  // Each client has a manager of its own, and a URL that the SDK has checked.
  alias('socket.io-client', ours('direct-io.mjs')),
  alias('socket.io-client/manager.js', theirs('socket.io-client/build/esm/manager.js')),
  alias('./contrib/parseuri.js', ours('plain-url.mjs')),
  // Every browser that can read this build has `fetch`.
  alias('./polling-xhr.node.js', ours('polling-by-fetch.mjs')),
  alias('./transports/polling-xhr.js', ours('polling-by-fetch.mjs')),
  alias('./transports/polling-xhr.node.js', ours('polling-by-fetch.mjs')),
  alias('engine.io-client/polling.js', theirs('engine.io-client/build/esm/transports/polling.js')),
];
