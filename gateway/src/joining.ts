import {
  DEFAULT_MAX_ROOMS,
  type ErrorReply,
  type HistoryRequest,
  isRecord,
  type JoinReply,
  type LeaveReply,
  roomNameProblem,
} from '../../src/protocol';
import type { JoinDetails, JoinPolicy } from './auth/join-policy';
import { refusalIn } from './client-error';
import type { LimitSettings } from './config/limit-settings';
import type { Connection } from './connection';
import type { Dialect } from './delivery/dialects';
import type { Gate } from './delivery/gate';
import { dialectOfSubscribe, tellRefused, tellSubscribed } from './echo/subscription';
import { roomIsFull } from './limits/room-members';
import { Arrival } from './log/arrivals';
import { readHistoryRequest } from './log/history-request';
import type { Middlewares } from './middleware';
import { invalidRoom, roomOf } from './named-room';
import {
  after,
  guarded,
  inOrder,
  internalError,
  isErrorReply,
  type Reply,
  refuse,
  unavailable,
} from './replies';
import type { Room } from './room';
import { type Admission, addSubscriber, enter, leave, speak } from './rooms';

type Later<T> = T | PromiseLike<T>;
type JoinLimits = Pick<LimitSettings, 'rooms_per_connection' | 'members_per_room'>;
type OnLimit = (limit: keyof JoinLimits) => void;
type OnError = (error: unknown, event: unknown, connection: Connection) => void;

export interface JoiningOptions {
  readonly policy: JoinPolicy;
  readonly limits: JoinLimits;
  readonly onError: OnError;
  readonly onLimit: OnLimit;
  readonly middlewares: Middlewares;
}

/** The room operations, in both of their spellings. */
export class Joining {
  readonly #policy: JoinPolicy;
  readonly #limits: JoinLimits;
  readonly #onError: OnError;
  readonly #onLimit: OnLimit;
  readonly #middlewares: Middlewares;

  constructor({ policy, limits, onError, onLimit, middlewares }: JoiningOptions) {
    this.#policy = policy;
    this.#limits = limits;
    this.#onError = onError;
    this.#onLimit = onLimit;
    this.#middlewares = middlewares;
  }

  /** Rooms that a list may name: as many as a connection may be in, and some more, which are refused one by one. */
  get mostRooms(): number {
    return Math.max(this.#limits.rooms_per_connection, DEFAULT_MAX_ROOMS);
  }

  join(connection: Connection, payload: unknown): Later<Reply> {
    if (!isRecord(payload) || !Object.hasOwn(payload, 'rooms'))
      return this.#join(connection, payload, 'room');
    if (!Array.isArray(payload.rooms)) {
      return refuse('invalid_payload', 'rooms must be a list of rooms, each { room } or a name.');
    }
    const { length } = payload.rooms;
    if (length > this.mostRooms) {
      this.#onLimit('rooms_per_connection');
      return refuse('limit', `A list may name at most ${this.mostRooms} rooms; this one names ${length}.`);
    }
    const named = new Set<unknown>();
    const replies = inOrder(payload.rooms, (each) => {
      const name = roomOf(each, 'room');
      // One short name after the other would be answered by one whole roster after the other.
      if (named.has(name)) return refuse('invalid_payload', 'The list names this room already.', name);
      named.add(name);
      return this.#join(connection, each, 'room');
    });
    return after(replies, (results) => ({ results }));
  }

  subscribe(connection: Connection, payload: unknown): Later<Reply> {
    const { socket } = connection;
    const dialect = dialectOfSubscribe(socket, payload);
    return after(this.#join(connection, payload, 'channel', dialect), (reply) => {
      if (isErrorReply(reply)) {
        const channel = reply.room;
        tellRefused(socket, dialect, channel, reply.error);
        return { error: reply.error, channel };
      }
      const { room: channel, ...told } = reply;
      const room = connection.rooms.get(channel)?.room;
      if (room) addSubscriber(connection, room);
      tellSubscribed(socket, dialect, channel, room?.roster?.members());
      const subscribed = { channel, subscribed: true, ...told };
      for (const arrival of connection.arrivals) if (arrival.answer === reply) arrival.answer = subscribed;
      return subscribed;
    });
  }

  leave(connection: Connection, payload: unknown): Later<Reply> {
    return this.#leave(connection, payload, 'room');
  }

  unsubscribe(connection: Connection, payload: unknown): Later<Reply> {
    return after(this.#leave(connection, payload, 'channel'), (reply) =>
      isErrorReply(reply) ? withChannel(reply) : { channel: reply.room, unsubscribed: true },
    );
  }

  #leave(
    connection: Connection,
    payload: unknown,
    spelling: 'room' | 'channel',
  ): Later<LeaveReply | ErrorReply> {
    const name = roomOf(payload, spelling);
    const problem = roomNameProblem(name);
    if (problem) return invalidRoom(name, problem);
    const room = name as string;
    const deed = (): LeaveReply => {
      leave(connection, room);
      return { room };
    };
    if (!this.#middlewares.serve(connection.space.name)) return deed();
    const event = spelling === 'room' ? 'leave' : 'unsubscribe';
    const wish = { type: 'leave', event, room, data: payload } as const;
    return this.#middlewares.run(connection, wish, deed) as Later<LeaveReply | ErrorReply>;
  }

  #join(
    connection: Connection,
    payload: unknown,
    spelling: 'room' | 'channel',
    dialect: Dialect = connection.dialect,
  ): Later<JoinReply | ErrorReply> {
    const name = roomOf(payload, spelling);
    const { space, userRoom } = connection;
    // A user's id may hold what no other room's name can.
    const problem = userRoom && name === userRoom.name ? undefined : roomNameProblem(name);
    if (problem) return invalidRoom(name, problem);
    const room = name as string;
    if (!this.#middlewares.serve(space.name)) return this.#enter(connection, room, payload, dialect);
    const event = spelling === 'room' ? 'join' : 'subscribe';
    const wish = { type: 'join', event, room, data: payload } as const;
    const deed = (data: unknown) => this.#enter(connection, room, data, dialect);
    return this.#middlewares.run(connection, wish, deed) as Later<JoinReply | ErrorReply>;
  }

  #enter(
    connection: Connection,
    room: string,
    payload: unknown,
    dialect: Dialect,
  ): Later<JoinReply | ErrorReply> {
    const details: JoinDetails = isRecord(payload) ? payload : {};
    const request = readHistoryRequest(details);
    if (typeof request === 'string') return refuse('invalid_payload', request, room);
    if (isOutOfReach(connection, request)) return unavailable(room);
    const already = connection.rooms.get(room);
    if (already) {
      if (dialect === 'echo') speak(connection, already, dialect);
      return this.#arrive(connection, already.room, request);
    }
    const { userRoom, userGate } = connection;
    // What was missed is all that there is to ask of the room that a user is in by itself.
    if (request.since && userRoom?.name === room)
      return this.#arrive(connection, userRoom, request, userGate);
    const { rooms_per_connection: most } = this.#limits;
    if (connection.rooms.size >= most) {
      this.#onLimit('rooms_per_connection');
      return refuse('limit', `A connection may be in at most ${most} rooms; leave one first.`, room);
    }
    const decision = guarded<Admission | ErrorReply>(
      () => this.#policy(connection, room, details, dialect),
      (error) => {
        const refusal = refusalIn(error, room);
        if (refusal) return refusal as ErrorReply;
        this.#onError(error, 'join', connection);
        return internalError(room);
      },
    );
    return after(decision, (admission: Admission | ErrorReply) => {
      if (isErrorReply(admission)) return admission;
      const admit = () => this.#admit(connection, room, admission, request, dialect);
      return admission.member ? connection.space.knowing(room, admit) : admit();
    }) as Later<JoinReply | ErrorReply>;
  }

  #admit(
    connection: Connection,
    room: string,
    admission: Admission,
    request: HistoryRequest,
    dialect: Dialect,
  ): Later<JoinReply | ErrorReply> {
    const { members_per_room } = this.#limits;
    const { space } = connection;
    if (connection.closed) return refuse('internal', 'The connection has ended.', room);
    if (roomIsFull(space.room(room), admission, members_per_room)) {
      this.#onLimit('members_per_room');
      return refuse('limit', `The room has its ${members_per_room} members; try again later.`, room);
    }
    const silent = this.#isSilent(connection, dialect);
    const entered = enter(connection, room, admission, { dialect, silent });
    return after(space.places?.pending(entered.room, entered.userId), () =>
      this.#arrive(connection, entered.room, request, entered.gate),
    );
  }

  /** Whether a member hears nothing before it is answered. Echo asks for no answer. */
  #isSilent({ space }: Connection, dialect: Dialect): boolean {
    return space.log !== undefined && dialect !== 'echo';
  }

  /** The answer is made complete when it is sent; a middleware sees by then who is in the room. */
  #arrive(connection: Connection, room: Room, request: HistoryRequest, gate?: Gate): JoinReply {
    const answer: JoinReply = { room: room.name };
    if (room.roster && this.#middlewares.serve(connection.space.name)) answer.members = room.roster.members();
    connection.arrivals.push(new Arrival(connection, room, request, gate, answer));
    return answer;
  }
}

/** Whether a join asks for what only the broker knows, while that can't be reached. */
function isOutOfReach({ space }: Connection, { since, rewind }: HistoryRequest): boolean {
  if (!space.log || !space.cluster || space.cluster.isInReach) return false;
  return since !== undefined || rewind !== undefined;
}

function withChannel({ error, room }: ErrorReply): Reply {
  return { error, channel: room };
}
