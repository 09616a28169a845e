import type { EventHandler, HandlerContext, Published } from './api';
import type { Connection } from './connection';
import { readOutgoing } from './relay';
import { after, isErrorReply, OK, type Reply } from './replies';

type Broadcast = (room: string, event: string, data: unknown, except: string) => Published;

/** Calls a program's own handler for an event; what it returns is the acknowledgement. */
export function runHandler(
  handler: EventHandler,
  connection: Connection,
  args: unknown[],
  broadcast: Broadcast,
): Reply | PromiseLike<Reply> {
  return after(handler(args[0], contextOf(connection, args, broadcast)), (reply) =>
    reply === undefined ? OK : reply,
  );
}

function contextOf(connection: Connection, args: unknown[], broadcast: Broadcast): HandlerContext {
  const outgoing =
    connection.dialect === 'sdk' && args.length > 1
      ? readOutgoing(connection, [undefined, args[1]])
      : undefined;
  return {
    socket: connection.socket,
    user: connection.user,
    rooms: [...connection.rooms.keys()],
    room: outgoing && !isErrorReply(outgoing) ? outgoing.room?.name : undefined,
    broadcast: (room, event, data) => broadcast(room, event, data, connection.id),
  };
}
