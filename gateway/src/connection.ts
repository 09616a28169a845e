import type { Socket } from 'socket.io';
import { type ErrorReply, JOIN_EVENTS, LEAVE_EVENTS } from '../../src/protocol';
import type { User } from './api';
import { clientIdOf, type Dialect } from './delivery/dialects';
import type { Gate } from './delivery/gate';
import { scopeOf } from './delivery/message';
import type { Arrival } from './log/arrivals';
import { readerOf } from './log/readers';
import type { Meter } from './metrics/meter';
import { after, internalError, isThenable, type Reply, refuse } from './replies';
import type { Room } from './room';
import type { Space } from './space';

/** What a connection is in a room as. */
export interface Membership {
  readonly room: Room;
  /** In which form its messages come. */
  dialect: Dialect;
  /** Under whose name, in a presence room. */
  readonly userId: string | undefined;
  /** Why it may not send an event there; absent where all may. */
  readonly mayPublish?: MayPublish | undefined;
  /** What the room is held back by until the join is answered. */
  readonly gate?: Gate | undefined;
}

/** Says why a member may not send an event to its room, or `undefined` where it may. */
export type MayPublish = (
  connection: Connection,
  event: string,
  data: unknown,
) => ErrorReply | undefined | PromiseLike<ErrorReply | undefined>;

type Ack = (reply: Reply) => void;

/** How many of those that wait may be prepared. */
const AHEAD = 4;

const ROOM_OPERATIONS = new Set<unknown>([...JOIN_EVENTS, ...LEAVE_EVENTS]);

interface Waiting {
  readonly event: unknown;
  readonly args: unknown[];
  readonly ack: Ack | undefined;
  /** When it came; 0 where nobody measures. */
  readonly at: number;
}

export interface ConnectionOptions {
  /** Does what an event asks for and says what to acknowledge it with. */
  readonly handle: (connection: Connection, event: unknown, args: unknown[]) => Reply | PromiseLike<Reply>;
  /** After an event was answered: what waited for that takes place. */
  readonly onAnswered: (connection: Connection, event: unknown) => void;
  readonly onError: (error: unknown, event: unknown, connection: Connection) => void;
  /** Told of an event that has to wait, shortly before its turn. */
  readonly ahead: (connection: Connection, event: unknown, args: readonly unknown[]) => void;
  /** Room operations that may wait for an earlier event. */
  readonly pendingRoomEvents: number;
  /** Events that may. */
  readonly pendingEvents: number;
  readonly onLimit: (limit: 'pending_joins' | 'pending_events') => void;
  /** How much from the logs of rooms it may be told. */
  readonly history: HistoryAllowance;
  /** Measures, where that is wanted. */
  readonly meter?: Pick<Meter, 'now' | 'answered' | 'recoveries'> | undefined;
}

/** In bytes. */
export interface HistoryAllowance {
  left(): number;
  spend(bytes: number): void;
}

/** One socket's life in a namespace. Its events take effect one after the other, in the order in which they came. */
export class Connection {
  readonly dialect: Exclude<Dialect, 'echo'>;
  /** Rooms that the client joined. */
  readonly rooms = new Map<string, Membership>();
  /** The room of the user, which the client is in without having joined it. */
  userRoom: Room | undefined;
  /** What that room is held back by until the client has asked for what it missed, or has not. */
  userGate: Gate | undefined;
  /** Joins of the event that is under way. */
  arrivals: Arrival[] = [];
  /** Who it was until its token expired; a fresh one has to come soon. */
  expiredUser: User | undefined;
  /** Leaves this connection out of a broadcast. */
  readonly itself: ReadonlySet<string>;
  /** Who it is to the logs of rooms. */
  readonly reader: string;
  /** What it sends is not for this reader. */
  readonly notForItself: readonly string[];
  readonly history: HistoryAllowance;

  readonly #clientId: string | undefined;
  #scope: string | undefined;
  readonly #options: ConnectionOptions;
  #busy = false;
  #onIdle: (() => void) | undefined;
  #waiting: Waiting[] = [];
  #waitingRoomEvents = 0;

  constructor(
    readonly socket: Socket,
    readonly space: Space,
    options: ConnectionOptions,
  ) {
    this.#clientId = clientIdOf(socket);
    this.dialect = this.#clientId === undefined ? 'plain' : 'sdk';
    this.itself = new Set([socket.id]);
    this.reader = readerOf(socket);
    this.notForItself = [this.reader];
    this.history = options.history;
    this.#options = options;
  }

  /** The id that receivers get a message under, for one that an SDK client chose. */
  messageId(id: string): string {
    this.#scope ??= scopeOf(this.#clientId ?? this.id);
    return this.#scope + id;
  }

  get id(): string {
    return this.socket.id;
  }

  get user(): User | undefined {
    return (this.socket.data as { user?: User }).user;
  }

  set user(user: User | undefined) {
    (this.socket.data as { user?: User | undefined }).user = user;
  }

  get closed(): boolean {
    return !this.socket.connected;
  }

  /** Takes an event from the wire. With nothing under way it is done at once, in this very tick. */
  receive(event: unknown, args: unknown[], ack: Ack | undefined): void {
    if (this.#onIdle) return;
    const came = { event, args, ack, at: this.#options.meter?.now() ?? 0 };
    if (!this.#busy) {
      this.#run(came);
      return;
    }
    const refusal = this.#refusal(event);
    if (refusal) {
      this.#answer(came, refusal);
      return;
    }
    if (ROOM_OPERATIONS.has(event)) this.#waitingRoomEvents += 1;
    this.#waiting.push(came);
    if (this.#waiting.length <= AHEAD) this.#options.ahead(this, event, args);
  }

  /**
   * Takes nothing from the wire any more, as if it had been lost on the way, which its sender can tell from what was done.
   * Resolves when all that came before is answered.
   */
  retire(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (!this.#busy) resolve();
    });
  }

  /** Forgets what has not been begun. */
  end(): void {
    this.#waiting = [];
    this.#waitingRoomEvents = 0;
  }

  #refusal(event: unknown): ErrorReply | undefined {
    const { pendingRoomEvents, pendingEvents, onLimit } = this.#options;
    if (ROOM_OPERATIONS.has(event) && this.#waitingRoomEvents >= pendingRoomEvents) {
      onLimit('pending_joins');
      return refuse('limit', `At most ${pendingRoomEvents} joins and leaves may be under way.`);
    }
    if (this.#waiting.length < pendingEvents) return undefined;
    onLimit('pending_events');
    return refuse('limit', `At most ${pendingEvents} events may be under way.`);
  }

  #run(came: Waiting): void {
    const { event, args } = came;
    let reply: Reply | PromiseLike<Reply>;
    try {
      reply = after(this.#options.handle(this, event, args), (value) => this.#withLogs(value));
    } catch (error) {
      reply = this.#failed(error, event);
    }
    if (!isThenable(reply)) {
      this.#answer(came, reply);
      return;
    }
    this.#busy = true;
    const answered = (value: Reply) => {
      this.#answer(came, value);
      this.#next();
    };
    Promise.resolve(reply).then(answered, (error: unknown) => answered(this.#failed(error, event)));
  }

  /** Waits, where there is anything to wait for, for what the logs of the joined rooms tell. */
  #withLogs(reply: Reply): Reply | PromiseLike<Reply> {
    if (this.arrivals.length === 0) return reply;
    const reading = this.arrivals.flatMap((arrival) => arrival.read() ?? []);
    if (reading.length === 0) return reply;
    return Promise.allSettled(reading).then((results) => {
      for (const result of results) {
        if (result.status === 'rejected') this.#options.onError(result.reason, 'join', this);
      }
      return reply;
    });
  }

  #next(): void {
    this.#busy = false;
    while (!this.#busy) {
      const waiting = this.#waiting.shift();
      if (!waiting) {
        this.#onIdle?.();
        return;
      }
      if (ROOM_OPERATIONS.has(waiting.event)) this.#waitingRoomEvents -= 1;
      const near = this.#waiting[AHEAD - 1];
      if (near) this.#options.ahead(this, near.event, near.args);
      this.#run(waiting);
    }
  }

  #answer({ event, ack, at }: Waiting, reply: Reply): void {
    const { arrivals } = this;
    const { meter } = this.#options;
    if (arrivals.length > 0) this.arrivals = [];
    for (const arrival of arrivals) {
      arrival.complete();
      const { recovered } = arrival.answer;
      if (recovered !== undefined) meter?.recoveries.add(recovered ? 'recovered' : 'gap');
    }
    try {
      ack?.(reply);
    } catch (error) {
      // A reply that cannot be encoded, such as a circular object from a program's own handler.
      ack?.(this.#failed(error, event));
    }
    for (const arrival of arrivals) arrival.open();
    meter?.answered(event, reply, at);
    this.#options.onAnswered(this, event);
  }

  #failed(error: unknown, event: unknown): Reply {
    this.#options.onError(error, event, this);
    return internalError();
  }
}
