// The ways by which a message can come from one node to the others over Redis. Each gives `publish(message)`, whose promise
// tells whether it was taken where that is told at all, and calls `hear(message)` for what the node delivers, its own too.
import { fileURLToPath } from 'node:url';
import { createAdapter as classic, createShardedAdapter as sharded } from '@socket.io/redis-adapter';
import { createAdapter as streams } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import { createServer } from 'vite';

const ROOM = 'room';

function redis(port) {
  // Commands wait for the connection for as long as it takes, the most favourable setting for a loss-free restart.
  const client = new Redis({ port, maxRetriesPerRequest: null, retryStrategy: () => 100 });
  client.on('error', () => {});
  return client;
}

/** A Socket.IO server without clients, which hears what it would have written to those of the room. */
function socketIo(createAdapter) {
  return async ({ port, hear }) => {
    Adapter.prototype.broadcast = (packet) => hear(packet.data[1]);
    const clients = [redis(port), redis(port)];
    const io = new Server();
    io.adapter(createAdapter(...clients));
    const namespace = io.of('/');
    namespace.adapter.addAll('member', new Set([ROOM]));
    return {
      async publish(message) {
        namespace.to(ROOM).emit('message', message);
      },
    };
  };
}

/** Loads parts of the gateway that its package doesn't export. */
async function sources(...files) {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const root = fileURLToPath(new URL('../../gateway/src', import.meta.url));
  return Promise.all(files.map((file) => server.ssrLoadModule(`${root}/${file}`)));
}

/** What a gateway's rooms go by; with it each message is also in the log, so that it can be had again. */
async function ours({ port, hear }) {
  const [{ RedisBroker }, { Payload }] = await sources('broker/redis/redis-broker.ts', 'delivery/payload.ts');
  const silent = () => {};
  const broker = new RedisBroker({
    redis: { host: '127.0.0.1', port, db: 0, tls: false, prefix: 'realtime:' },
    bounds: { age: 120_000, messages: 1_000, bytes: 1_000_000 },
    repeatsAge: 300_000,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const room = `/ ${ROOM}`;
  await new Promise((ready) => {
    broker.start({
      heard: ({ message }) => hear(message.payload.decode()[0]),
      gap: () => hear.gap(),
      roster: silent,
      rosterIs: silent,
      told: silent,
      forgotten: silent,
      state: ({ status }) => status === 'ready' && ready(),
    });
  });
  broker.enter(room, false);
  let count = 0;
  return {
    publish: (data) =>
      broker.publish([room], {
        event: 'message',
        payload: new Payload([data]),
        id: `${data.from}-${port}-${++count}`,
        timestamp: Date.now(),
        notFor: [],
        except: [],
        volatile: false,
        once: false,
      }),
  };
}

export const WAYS = {
  'Streams adapter': socketIo((client) => streams(client)),
  'pub/sub adapter': socketIo((pub, sub) => classic(pub, sub)),
  'sharded pub/sub adapter': socketIo((pub, sub) => sharded(pub, sub)),
  'log and announcement': ours,
};
