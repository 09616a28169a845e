// Who is compared: how each serves a room that everyone is in, and how a client of it connects. All that is not needed
// here has each contender's default; WebSocket alone, since that is what the network of the bench cuts.
import { createServer } from 'node:http';
import { SECRET } from './presences.mjs';

export const ROOM = 'room';
export const EVENT = 'tick';

const socketIo = (options) => ({
  async serve(port) {
    const { Server } = await import('socket.io');
    const http = createServer();
    const io = new Server(http, { transports: ['websocket'], ...options });
    // In the room without asking: nothing can be quicker.
    io.on('connection', (socket) => socket.join(ROOM));
    await new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
    return {
      port: http.address().port,
      broadcast: (data) => io.to(ROOM).emit(EVENT, data),
      members: () => io.sockets.adapter.rooms.get(ROOM)?.size ?? 0,
      close: () => io.close(),
    };
  },
  async client() {
    const { io } = await import('socket.io-client');
    return (url, { agent, hear, up, down }) => {
      const socket = io(url, { forceNew: true, transports: ['websocket'], agent });
      socket.on(EVENT, hear);
      socket.on('connect', () => {
        up();
        up.inRoom();
      });
      socket.on('disconnect', down);
      return { close: () => socket.disconnect() };
    };
  },
});

/** Thousands of clients from one address are what the limits are there to stop. */
const NO_LIMITS = {
  connections_per_address: 0,
  connections_per_user: 0,
  connects_per_second: 0,
  pending_handshakes: 0,
  messages_per_second: 0,
  joins_per_second: 0,
  bytes_per_second: 0,
  members_per_room: 0,
};

const toporia = {
  async serve(port, { presence }) {
    const { createGateway } = await import('../../gateway/dist/index.js');
    const gateway = createGateway({
      env: {},
      host: '127.0.0.1',
      port,
      max_conn: 1_000_000,
      limits: NO_LIMITS,
      ...(presence && { jwt_secret: SECRET, channels: { 'presence-{room}': () => true } }),
    });
    await gateway.listen();
    return {
      port: Number(new URL(gateway.url).port),
      broadcast: (data) => gateway.broadcast(ROOM, EVENT, data),
      async members() {
        const rooms = await gateway.channels('/');
        return rooms.find(({ name }) => name === ROOM)?.connections ?? 0;
      },
      close: () => gateway.close(),
    };
  },
  async client() {
    const { ToporiaRealtime } = await import('../../dist/index.js');
    return (url, { agent, hear, up, down, presence }) => {
      const realtime = new ToporiaRealtime(url, {
        transports: ['websocket'],
        agent,
        ...(presence && { auth: presence.token }),
      });
      const rooms = [realtime.channel(ROOM), ...(presence ? [realtime.channel(presence.room)] : [])];
      rooms[0].on(EVENT, hear);
      realtime.on('connected', up);
      Promise.all(rooms.map(({ ready }) => ready)).then(up.inRoom);
      realtime.on('reconnected', up.inRoom);
      realtime.on('disconnected', down);
      return {
        close: () => realtime.disconnect(),
        roster: () => rooms[1].presence.members.map(({ id }) => id),
      };
    };
  },
};

export const CONTENDERS = {
  'Socket.IO': socketIo({}),
  'Socket.IO, with its recovery': socketIo({ connectionStateRecovery: {} }),
  'Toporia Realtime': toporia,
};
