// The ways by which a message can come from one node to the others over Redis. Each gives `publish(message)`, whose promise
// tells whether it was taken where that is told at all, and calls `hear(message)` for what the node delivers, its own too.
import { createAdapter as classic, createShardedAdapter as sharded } from '@socket.io/redis-adapter';
import { createAdapter as streams } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { Adapter } from 'socket.io-adapter';

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

export const WAYS = {
  'Streams adapter': socketIo((client) => streams(client)),
  'pub/sub adapter': socketIo((pub, sub) => classic(pub, sub)),
  'sharded pub/sub adapter': socketIo((pub, sub) => sharded(pub, sub)),
};
