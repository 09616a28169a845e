import { BYE, type ByePayload, roomKind } from '../../src/protocol';
import type { EventHandler, HandlerContext, Published } from './api';
import { checkRoom } from './checks';
import { answering } from './client-error';
import type { Connection } from './connection';
import { roomNamed, type Sent } from './relay';
import { after, OK, type Reply } from './replies';
import { enter, leave } from './rooms';

type Broadcast = (room: string, event: string, data: unknown, except: string) => Published;

/** Calls a program's own handler for an event; what it returns is the acknowledgement. */
export function runHandler(
  handler: EventHandler,
  connection: Connection,
  sent: Sent,
  broadcast: Broadcast,
): Reply | PromiseLike<Reply> {
  const run = () => handler(sent.args[0], contextOf(connection, sent, broadcast));
  return after(answering(run), (reply) => (reply === undefined ? OK : reply));
}

function contextOf(connection: Connection, sent: Sent, broadcast: Broadcast): HandlerContext {
  return {
    socket: connection.socket,
    user: connection.user,
    namespace: connection.space.name,
    get rooms() {
      return [...connection.rooms.keys()];
    },
    room: roomNamed(connection, sent),
    broadcast: (room, event, data) => broadcast(room, event, data, connection.id),
    join: (room) => join(connection, room),
    leave: (room) => leave(connection, room),
    disconnect: () => kick(connection),
  };
}

/** By the program's own authority, so no rule and no limit is asked. */
function join(connection: Connection, room: string): void {
  checkRoom(room);
  if (connection.closed || connection.rooms.has(room)) return;
  const { user } = connection;
  const isPresence = roomKind(room) === 'presence';
  const member = { user_id: user?.id ?? connection.id, user_info: user?.info ?? {} };
  enter(connection, room, isPresence ? { member } : {});
}

function kick({ socket }: Connection): void {
  const bye: ByePayload = { code: 'kicked' };
  socket.emit(BYE, bye);
  // Which tells the client, unlike the end of the engine, not to come back by itself.
  socket.disconnect();
}
