// The gateway under attack, in a process of its own so that its end can be seen. Run with --expose-gc, over IPC:
//   → { id, ask: 'measure' }            ← { id, reply: { heap, external, connections, namespaces, rooms, sockets } }
//   → { id, ask: 'settled', connections } ← { id, reply: true }, as soon as no more than these are open
//   → { id, ask: 'tick', room }          ← { id, reply: count }; broadcasts the next number to a room
//   ← { fault }                          whatever went wrong: an uncaught error, or one that was logged
import { ClientError, createGateway } from '../../dist/index.js';

const fault = (kind, error) =>
  process.send({ fault: `${kind}: ${error instanceof Error ? error.stack : String(error)}` });

process.on('uncaughtException', (error) => fault('uncaught exception', error));
process.on('unhandledRejection', (error) => fault('unhandled rejection', error));
process.on('warning', (warning) => fault('warning', warning));

const nothing = () => {};
const gateway = createGateway({
  host: '127.0.0.1',
  port: 0,
  api_key: 'the-key',
  jwt_secret: 'the secret of the tests, long enough for HS256',
  anonymous_presence: true,
  max_conn: 100_000,
  // So that the addresses that the attackers claim to come from are read, and not only warned of.
  trust_proxy: 'loopback',
  presence_grace: 50,
  shutdown_timeout: 1_000,
  limits: {
    // All of the attack comes from one address, and is to be looked at, not turned down for its amount.
    connects_per_second: 0,
    connections_per_address: 0,
    pending_handshakes: 0,
    messages_per_second: 0,
    joins_per_second: 0,
    bytes_per_second: 0,
    failed_keys_per_minute: 0,
    // So that what is kept for those who come back has to go all the time, and is no growth of the heap.
    room_log_messages: 20,
    room_logs: 20,
    room_logs_bytes: 200_000,
    repeats_per_client: 10,
    repeats_bytes: 100_000,
    // Who never asks for a namespace is to be gone before the end of the test.
    connect_timeout: 2_000,
  },
  socketio: { destroyUpgradeTimeout: 50 },
  logger: {
    debug: nothing,
    info: nothing,
    warn: (details, message) => fault('logged', `${message} ${JSON.stringify(details)}`),
    error: (details, message) =>
      fault(`logged: ${message}, event ${JSON.stringify(details.event)}`, details.err),
  },
});

// A program's own code, with all that it may do with what clients send.
const text = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'string'
        ? { value }
        : { issues: [{ message: 'no text', path: Object.keys(value ?? {}) }] },
  },
};
gateway.of('/app').on('echo', (data) => ({ data }));
// A fault that the campaign has to find, for the test of the campaign itself.
const faulty = process.argv[2] === 'faulty';
if (faulty) {
  gateway.use((event, next) => {
    if (event.event === 'message') queueMicrotask(() => Object.keys(event.data).length.never.mind);
    return next();
  });
}
gateway
  .of('/app')
  .on('typed', { schema: text }, async (data, { broadcast }) => broadcast('r', 'typed', data));
gateway.of('/app').use(async (event, next) => {
  if (event.data === 'refuse') throw new ClientError('rejected', 'no');
  await next();
});

const { engine } = gateway.io;

function measure() {
  for (let i = 0; i < 5; i++) globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  let rooms = 0;
  let sockets = 0;
  for (const namespace of gateway.io._nsps.values()) {
    rooms += namespace.adapter.rooms.size;
    sockets += namespace.adapter.sids.size;
  }
  return {
    heap: heapUsed,
    external: external + arrayBuffers,
    connections: engine.clientsCount,
    namespaces: gateway.io._nsps.size,
    rooms,
    sockets,
  };
}

/** Resolves when no more than so many connections are open. */
function settled(connections) {
  return new Promise((resolve) => {
    const look = () => {
      if (engine.clientsCount > connections) return;
      clearInterval(timer);
      // The end of a connection goes on for some turns of the loop.
      setImmediate(() => setImmediate(() => resolve(true)));
    };
    const timer = setInterval(look, 20);
    look();
  });
}

let ticks = 0;

const answers = {
  measure,
  settled: ({ connections }) => settled(connections),
  tick: ({ room }) => {
    gateway.broadcast(room, 'tick', ticks);
    ticks += 1;
    return ticks;
  },
};

process.on('message', async (message) => {
  process.send({ id: message.id, reply: await answers[message.ask](message) });
});
process.on('disconnect', () => process.exit(0));

await gateway.listen();
process.send({ url: gateway.url });
