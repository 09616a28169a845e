import { type ErrorReply, isRecord, isVolatileEvent } from '../../src/protocol';
import { sendable } from './auth/publishing';
import { BrokerError } from './broker/broker';
import type { Connection, Membership } from './connection';
import { isLogged, nextMessageId } from './delivery/message';
import type { WatchPublish } from './hooks/watched';
import { isClientMessageId } from './message-id';
import { after, isErrorReply, OK, type Reply, refuse, unavailable } from './replies';
import type { Room } from './room';

/** An event as its sender sent it. */
export interface Sent {
  readonly event: string;
  readonly args: readonly unknown[];
  /** The room that it is for, where the event is of a form that names one beside its arguments. */
  readonly room?: string;
}

/** What an event's arguments say of where it goes. */
export interface Outgoing {
  readonly args: readonly unknown[];
  /** The room it is for; `undefined` is all that the sender is in. */
  readonly room: Room | undefined;
  /** The id that the SDK gave it. */
  readonly id: string | undefined;
}

/** Sends an event to the rooms that its sender is in, the sender left out. */
export function relay(
  connection: Connection,
  sent: Sent,
  senderId?: string,
  watch?: WatchPublish,
): Reply | PromiseLike<Reply> {
  const { event } = sent;
  const outgoing = readOutgoing(connection, sent);
  if ('error' in outgoing) return outgoing;
  const memberships = membershipsOf(connection, outgoing.room);
  if (memberships.length === 0) return OK;
  const restricted = memberships.some(({ mayPublish }) => mayPublish);
  const allowed = restricted ? sendable(connection, memberships, event, outgoing.args[0]) : memberships;
  return after(allowed, (found: Membership[] | ErrorReply) => {
    if (isErrorReply(found)) return found;
    const message = {
      event,
      args: outgoing.args,
      id: outgoing.id === undefined ? nextMessageId() : connection.messageId(outgoing.id),
      timestamp: Date.now(),
      // In one room the sender is whom that room shows, whether its token or a signature told.
      sender: (found.length === 1 ? found[0]?.userId : undefined) ?? senderId,
      volatile: isVolatileEvent(event),
      notFor: isLogged(event) ? connection.notForItself : undefined,
      once: outgoing.id !== undefined,
    };
    const { space, itself } = connection;
    const rooms = found.map(({ room }) => room);
    const publish = () => space.delivery.publish(rooms, message, itself);
    const info = () => ({
      event,
      id: message.id,
      sender: message.sender,
      namespaces: [space.name],
      rooms: rooms.map(({ name }) => name),
    });
    const published = watch ? watch('client', info, publish) : publish();
    return published ? published.then(() => OK, refusedBy) : OK;
  });
}

function refusedBy(error: unknown): Reply {
  if (error instanceof BrokerError) return unavailable();
  throw error;
}

function membershipsOf(connection: Connection, room: Room | undefined): Membership[] {
  if (!room) return [...connection.rooms.values()];
  const membership = connection.rooms.get(room.name);
  return membership ? [membership] : [];
}

/**
 * Reads the room from the SDK's second argument, or else from the payload's own `room` or `channel`.
 * A plain client's further arguments are payload like the first.
 */
export function readOutgoing(connection: Connection, sent: Sent): Outgoing | ErrorReply {
  const { args, room } = sent;
  if (room !== undefined) return toRoom(connection, room, args, undefined);
  const options = args[1];
  if (connection.dialect !== 'sdk' || !isRecord(options)) {
    return toRoom(connection, namedByPayload(args[0]), args, undefined);
  }
  const id = readMessageId(connection, sent);
  if (isErrorReply(id)) return id;
  const named = own(options, 'room') ?? undefined;
  if (named !== undefined && typeof named !== 'string') {
    return refuse('invalid_payload', "The room in the second argument must be a room's name.");
  }
  return toRoom(connection, named ?? namedByPayload(args[0]), args.slice(0, 1), id);
}

/** The id that an SDK client gave an event, or why that is none. */
export function readMessageId(connection: Connection, { args, room }: Sent): string | undefined | ErrorReply {
  const options = args[1];
  if (room !== undefined || connection.dialect !== 'sdk' || !isRecord(options)) return undefined;
  const id = own(options, 'id') ?? undefined;
  if (id === undefined || isClientMessageId(id)) return id;
  return refuse(
    'invalid_payload',
    'A message id must be a text of 1 to 64 characters of A-Z a-z 0-9 . _ - :.',
  );
}

/** The room that an event names, by either way, where the sender is in it. */
export function roomNamed(connection: Connection, sent: Sent): string | undefined {
  const outgoing = readOutgoing(connection, sent);
  return 'error' in outgoing ? undefined : outgoing.room?.name;
}

function toRoom(
  connection: Connection,
  name: string | undefined,
  args: readonly unknown[],
  id: string | undefined,
): Outgoing | ErrorReply {
  if (name === undefined) return { args, room: undefined, id };
  const membership = connection.rooms.get(name);
  if (!membership) return refuse('not_in_room', 'Join a room before you send to it.', name);
  return { args, room: membership.room, id };
}

function namedByPayload(payload: unknown): string | undefined {
  if (!isRecord(payload)) return undefined;
  for (const key of ['room', 'channel']) {
    const name = own(payload, key);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
