import { isRoomName, type JoinReply, type JoinRequest } from '../protocol';
import { errorIn, RealtimeError } from './errors';
import type { JoinOptions } from './options';
import type { Recovery } from './recovery';
import type { Requests, Settle } from './requests';

/** Who is told how a room fares. */
export interface RoomHandle {
  /** Gets what was missed, where that is of interest. */
  readonly _recovery?: Recovery;
  _joined?(reply: JoinReply, isRejoin: boolean): void;
  /** `isUnheard` when no call of the application is told. */
  _failed(error: RealtimeError, isUnheard: boolean): void;
  _left?(): void;
  /** The connection is gone. */
  _lost?(): void;
}

type Waiter = (error?: RealtimeError) => void;

export interface Room<Handle> {
  readonly _name: string;
  readonly _handle: Handle;
  _state: 'waiting' | 'joining' | 'joined' | 'failed';
  _options: JoinOptions;
  /** Has been joined, so that the next join is a rejoin. */
  _wasJoined?: boolean | undefined;
  /** Somebody holds its handle: it is wanted though no call waits for it. */
  _isHeld?: boolean;
  /** Why its join is not on its way yet, where it is not. */
  _delay?: 'authorization' | 'rate' | undefined;
  /** Counts joins, so that the answer to an earlier one is not taken for this one's. */
  _turn: number;
  readonly _waiters: Set<Waiter>;
}

/** The rooms that the application wants to be in, and how far each has come. The one place that joins and leaves. */
export class Rooms<Handle extends RoomHandle> {
  readonly _all = new Map<string, Room<Handle>>();
  private _whenBack: (() => void) | undefined;

  constructor(
    readonly _requests: Requests,
    private readonly _createHandle: (room: string) => Handle,
  ) {}

  /** Wants the room. Calls `done` when it has been joined, or when that has failed for good. */
  _join(name: string, options: JoinOptions, done?: Waiter): Room<Handle> {
    const room = this._all.get(name) ?? this._add(name);
    Object.assign(room._options, options);
    if (room._state === 'joined') done?.();
    else {
      if (done) room._waiters.add(done);
      if (room._state === 'failed') room._state = 'waiting';
      if (room._state === 'waiting' && this._requests._socket._isOpen) this._send(room);
    }
    return room;
  }

  /** A call doesn't wait any longer. A room that nobody wants any more is given up. */
  _giveUp(name: string, done: Waiter): void {
    const room = this._all.get(name);
    if (room?._waiters.delete(done) && !room._waiters.size && !room._isHeld && !room._wasJoined) {
      this._all.delete(name);
      this._undo(room);
    }
  }

  /** Forgets the room at once; a join that is under way fails with `left`. Calls `done` when the gateway knows. */
  _leave(name: string, done: Settle): void {
    const room = this._all.get(name);
    if (!room) {
      done(undefined);
      return;
    }
    this._all.delete(name);
    finish(room, new RealtimeError('left', `"${name}" was left`));
    room._handle._left?.();
    this._undo(room, done);
  }

  /** Joins all that are wanted; calls `whenBack` when each has been joined or has failed. */
  _rejoin(whenBack: () => void): void {
    this._whenBack = whenBack;
    for (const room of this._all.values()) if (room._state === 'waiting') this._send(room);
    this._checkBack();
  }

  _lost(): void {
    this._whenBack = undefined;
    for (const room of this._all.values()) {
      room._turn++;
      if (room._state !== 'failed') room._state = 'waiting';
      room._handle._lost?.();
    }
  }

  /** Ends what waits. Rooms that have been joined, or are held, stay wanted for a later connection. */
  _end(error: RealtimeError): void {
    for (const room of [...this._all.values()]) {
      finish(room, error);
      if (!room._wasJoined && !room._isHeld) this._all.delete(room._name);
    }
  }

  _add(name: string): Room<Handle> {
    if (!isRoomName(name)) {
      throw new RealtimeError(
        'invalid_argument',
        `"${name}" is no room name: 1 to 200 of A-Z a-z 0-9 . _ - :, no ".."`,
      );
    }
    const room: Room<Handle> = {
      _name: name,
      _handle: this._createHandle(name),
      _state: 'waiting',
      _options: {},
      _turn: 0,
      _waiters: new Set(),
    };
    this._all.set(name, room);
    return room;
  }

  _send(room: Room<Handle>): void {
    const { _name: name, _options: options } = room;
    const { auth, info, channelData = info && { user_info: info } } = options;
    const turn = ++room._turn;
    room._state = 'joining';
    this._request('join', room, { auth, channel_data: channelData }, (error, reply) => {
      if (turn !== room._turn || this._all.get(name) !== room) return;
      const refusal = error ?? errorIn(reply);
      if (!refusal) this._joined(room, Object(reply));
      else if (refusal.code !== 'connection_lost') this._failed(room, refusal);
    });
  }

  private _joined(room: Room<Handle>, reply: JoinReply): void {
    const { _wasJoined: isRejoin = false } = room;
    room._state = 'joined';
    room._wasJoined = true;
    room._handle._joined?.(reply, isRejoin);
    finish(room);
    this._checkBack();
  }

  _failed(room: Room<Handle>, error: RealtimeError): void {
    const { _wasJoined: isRejoin = false, _isHeld: isHeld = false } = room;
    room._turn++;
    if (error.code === 'timeout') this._undo(room);
    // What may succeed later is tried again at the next connection, as long as the room is wanted.
    const isKept = error.retryable && (isRejoin || isHeld);
    room._state = isKept ? 'waiting' : 'failed';
    room._wasJoined = isRejoin && isKept;
    if (!isKept && !isHeld) this._all.delete(room._name);
    room._handle._failed(error, isRejoin || !room._waiters.size);
    finish(room, error);
    this._checkBack();
  }

  /** Tells the gateway that a room which it has let us in, or may yet, is not wanted. */
  _undo(room: Room<Handle>, done: Settle = () => {}): void {
    if (this._requests._socket._isOpen && /^join/.test(room._state)) {
      this._request('leave', room, {}, done);
    } else done(undefined);
  }

  _request(event: 'join' | 'leave', room: Room<Handle>, details: object, settle: Settle): void {
    this._requests._request(event, [{ room: room._name, ...details } satisfies JoinRequest], settle);
  }

  private _checkBack(): void {
    const whenBack = this._whenBack;
    if (!whenBack) return;
    for (const room of this._all.values()) if (room._state === 'joining') return;
    this._whenBack = undefined;
    whenBack();
  }
}

function finish({ _waiters }: Room<unknown>, error?: RealtimeError): void {
  const waiters = [..._waiters];
  _waiters.clear();
  for (const done of waiters) done(error);
}
