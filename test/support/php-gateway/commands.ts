import { createHmac } from 'node:crypto';
import { roomKind } from '../../../src/protocol';
import { APP } from '../auth-endpoint';
import type { Member } from './member';

/** What the commands need of the gateway. */
export interface Commanded {
  /** Whose token it is. */
  userOf(token: unknown): string | undefined;
  /** Whether `subscribe` asks for a signature. */
  isGuarded(room: string): boolean;
  /** Everyone else of the same namespace. */
  othersOf(member: Member): Member[];
}

type Command = (gateway: Commanded, member: Member, data: unknown, ack: (reply: unknown) => void) => void;

/** The room in `{ room }`, `{ channel }` or the bare name. */
function roomIn(data: unknown): string {
  const { room, channel } = Object(data) as { room?: unknown; channel?: unknown };
  return String(room ?? channel ?? data);
}

function isSigned(member: Member, room: string, data: unknown): boolean {
  const { auth, channel_data: channelData } = Object(data) as { auth?: unknown; channel_data?: unknown };
  const text = [member.id, room, ...(channelData === undefined ? [] : [channelData])].join(':');
  const expected = `${APP.app_key}:${createHmac('sha256', APP.app_secret).update(text).digest('hex')}`;
  return auth === expected;
}

/** Who the client is in a room with presence. */
function memberIn(data: unknown): { user_id: unknown; user_info: unknown } {
  const { channel_data: channelData } = Object(data) as { channel_data?: unknown };
  const { user_id, user_info } = typeof channelData === 'string' ? JSON.parse(channelData) : {};
  return { user_id, user_info };
}

const PRESENCE = /^presence-/;

function announce(gateway: Commanded, member: Member, room: string, event: string, payload: object): void {
  for (const other of gateway.othersOf(member)) {
    if (other.rooms.get(room)) other.emit(`presence:${event}`, { ...payload, channel: room });
  }
}

/** Takes a client out of a room, and tells the others who came by `subscribe`. */
export function leaveRoom(gateway: Commanded, member: Member, room: string): void {
  const who = member.rooms.get(room);
  member.rooms.delete(room);
  if (who) announce(gateway, member, room, 'member_removed', { user_id: who.user_id });
}

const COMMANDS: Record<string, Command> = {
  join: (_gateway, member, data, ack) => {
    const room = roomIn(data);
    if (!member.rooms.has(room)) member.rooms.set(room, undefined);
    ack({ room });
  },

  leave: (gateway, member, data, ack) => {
    const room = roomIn(data);
    leaveRoom(gateway, member, room);
    ack({ room });
  },

  subscribe: (gateway, member, data, ack) => {
    const channel = roomIn(data);
    if (gateway.isGuarded(channel) && !isSigned(member, channel, data)) {
      member.emit('subscription_error', { channel, message: 'Unauthorized' });
      return;
    }
    const who = PRESENCE.test(channel) ? memberIn(data) : undefined;
    const isNew = !member.rooms.get(channel);
    member.rooms.set(channel, who);
    member.emit('subscribed', { channel });
    ack({ channel, subscribed: true });
    if (who && isNew) announce(gateway, member, channel, 'member_added', who);
  },

  unsubscribe: (gateway, member, data, ack) => {
    const channel = roomIn(data);
    leaveRoom(gateway, member, channel);
    ack({ channel, unsubscribed: true });
  },

  auth: (gateway, member, data, ack) => {
    const { token, guard = 'api' } = Object(data) as { token?: unknown; guard?: unknown };
    const user = gateway.userOf(token);
    if (user === undefined) {
      member.emit('auth_error', { message: 'Invalid token' });
      return;
    }
    const reply = { authenticated: true, user_id: user, guard, method: 'jwt' };
    member.emit('authenticated', reply);
    ack(reply);
  },
};

/** Does what a client's event asks for; any other name goes to the others in the client's rooms. */
export function obey(gateway: Commanded, member: Member, args: unknown[], id: string | undefined): void {
  const [event, data] = args as [string, unknown];
  const ack = (reply: unknown) => member.ack(id, reply);
  const command = Object.hasOwn(COMMANDS, event) ? COMMANDS[event] : undefined;
  if (command) command(gateway, member, data, ack);
  else {
    for (const other of gateway.othersOf(member)) {
      if ([...member.rooms.keys()].some((room) => other.rooms.has(room))) other.emit(event, data);
    }
    ack({ status: 'ok' });
  }
}

/** Rooms that our own gateway guards, too. */
export const isPrivate = (room: string) => roomKind(room) !== 'public';
