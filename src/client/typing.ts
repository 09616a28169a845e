import { isRecord, type MessageMeta } from '../protocol';
import type { Clock, Timer } from './clock';
import { Emitter, type Unsubscribe } from './emitter';
import type { RealtimeError } from './errors';

export const TYPING_STARTED = 'typing.started';
export const TYPING_STOPPED = 'typing.stopped';

/** ms without `start()` after which typing has ended. */
const ENDS_AFTER = 3_000;
/** ms between two `typing.started` of one who goes on typing. */
const REPEATED_EVERY = 2_000;
/** ms after which one who was never heard of again counts as having stopped. */
const FORGOTTEN_AFTER = 6_000;

/** Who is typing in a room, and the way to tell that one is. Ends by itself. */
export class Typing {
  private readonly _typists = new Map<string, Timer>();
  private readonly _emitter: Emitter;
  private _list: readonly string[] = [];
  private _told = Number.NEGATIVE_INFINITY;
  private _user: string | undefined;
  private _timer: Timer | undefined;

  /** @internal */
  constructor(
    failed: (error: RealtimeError) => void,
    private readonly _clock: Clock,
    private readonly _send: (event: string, user: string | undefined) => void,
  ) {
    this._emitter = new Emitter(failed);
  }

  /** The others that are typing, in the order in which they began. */
  get users(): readonly string[] {
    return this._list;
  }

  /** Call it at each keystroke; at most one message in 2 s goes out, and typing ends 3 s after the last call. */
  start(user?: string): void {
    const { _clock: clock } = this;
    this._user = user;
    clock.clear(this._timer);
    this._timer = clock.set(() => this.stop(), ENDS_AFTER);
    if (clock.now() - this._told < REPEATED_EVERY) return;
    this._told = clock.now();
    this._send(TYPING_STARTED, user);
  }

  /** Tells at once that one has stopped, such as when the message has been sent. */
  stop(): void {
    if (this._reset()) this._send(TYPING_STOPPED, this._user);
  }

  /** Calls `handler` with `users` at each change. */
  on(event: 'change', handler: (users: readonly string[]) => unknown): Unsubscribe {
    return this._emitter._on(event, handler);
  }

  /** @internal */
  _receive(event: string, data: unknown, meta: MessageMeta): void {
    const name = (isRecord(data) ? data.user : undefined) ?? meta.sender?.user_id;
    if (typeof name !== 'string') return;
    const wasTyping = this._typists.has(name);
    this._clock.clear(this._typists.get(name));
    const isTyping = event === TYPING_STARTED;
    if (isTyping) {
      const forget = () => this._receive(TYPING_STOPPED, data, meta);
      this._typists.set(name, this._clock.set(forget, FORGOTTEN_AFTER));
    } else this._typists.delete(name);
    if (wasTyping !== isTyping) this._changed();
  }

  /** @internal The connection or the room is gone. */
  _clear(): void {
    this._reset();
    for (const timer of this._typists.values()) this._clock.clear(timer);
    if (!this._typists.size) return;
    this._typists.clear();
    this._changed();
  }

  private _changed(): void {
    this._list = [...this._typists.keys()];
    this._emitter._emit('change', this._list);
  }

  /** Returns whether one was typing. */
  private _reset(): boolean {
    this._clock.clear(this._timer);
    const wasTyping = this._told > 0;
    this._told = Number.NEGATIVE_INFINITY;
    return wasTyping;
  }
}
