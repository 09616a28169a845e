import { roomKind } from '../protocol';
import { type Authorize, authorizerOf } from './authorizer';
import type { Timer } from './clock';
import type { Deadlines } from './deadlines';
import { RealtimeError, toRealtimeError } from './errors';
import { GatewayKind } from './gateway-kind';
import { GuardedRooms } from './guarded-rooms';
import type { RealtimeOptions, RoomCredentials } from './options';
import type { RecoveryHost } from './recovery';
import type { Requests, Settle } from './requests';
import type { Room, RoomHandle } from './rooms';

/** The client that has the rooms. */
interface RoomsOwner extends RecoveryHost {
  readonly _options: RealtimeOptions;
  readonly _deadlines: Deadlines;
  getId(): string | undefined;
  /** A join is on its way, or will never be: messages may have waited for that. */
  _moved(): void;
}

/** Rooms of which the private ones and those with presence are authorized before each join, for the socket's id. */
export class AuthorizedRooms<Handle extends RoomHandle> extends GuardedRooms<Handle> {
  declare readonly _host: RoomsOwner;
  private readonly _authorizer: Authorize | undefined;
  private readonly _credentials = new WeakMap<Room<Handle>, RoomCredentials>();
  /** Rooms that the next question is about. */
  private _asking: Room<Handle>[] = [];
  /** Rooms whose joins came too fast, each with its turn. */
  private _late: [room: Room<Handle>, turn: number][] = [];
  private _timer: Timer | undefined;
  /** The rooms of before are not all on their way back. */
  private _isOpening = false;

  constructor(requests: Requests, createHandle: (room: string) => Handle, host: RoomsOwner) {
    super(requests, createHandle, new GatewayKind(host._options.protocol), host);
    this._authorizer = authorizerOf(host._options);
  }

  /** Whether a message to that room, or (`''`) to all that this client is in, would come before the join. */
  _isDelayed(name: string): boolean {
    const room = this._all.get(name);
    return name ? room?._state === 'joining' && !!room._delay : this._isOpening;
  }

  override _rejoin(whenBack: () => void): void {
    this._isOpening = true;
    super._rejoin(whenBack);
    this._moved();
  }

  override _lost(): void {
    this._asking = [];
    this._late = [];
    this._host._deadlines._clock.clear(this._timer);
    super._lost();
  }

  override _send(room: Room<Handle>): void {
    if (!this._authorizer || room._options.auth !== undefined || roomKind(room._name) === 'public') {
      super._send(room);
      return;
    }
    room._state = 'joining';
    room._delay = 'authorization';
    // Rooms that are wanted in one turn of the event loop share one question.
    if (this._asking.push(room) === 1) Promise.resolve().then(() => this._authorize());
  }

  private async _authorize(): Promise<void> {
    const rooms = this._asking.splice(0).map((room) => ({ room, turn: ++room._turn }));
    const names = rooms.map(({ room }) => room._name);
    if (!this._authorizer || !names.length) return;
    const answers = await this._answers(this._authorizer(names, this._host.getId() as string));
    for (const { room, turn } of rooms) {
      if (!this._isCurrent(room, turn)) continue;
      const answer = answers instanceof Error ? answers : (answers?.[room._name] ?? refusal(room._name));
      if (answer instanceof Error) this._failed(room, toRealtimeError(answer, 'authorization_failed'));
      else {
        this._credentials.set(room, answer);
        super._send(room);
      }
    }
    this._moved();
  }

  /** What the question brings, or what became of it instead. */
  private async _answers(asked: ReturnType<Authorize>): Promise<Awaited<ReturnType<Authorize>> | Error> {
    let stop = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      stop = this._host._deadlines._watch('authorization', undefined, reject);
    });
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      return toRealtimeError(error, 'authorization_failed');
    } finally {
      stop();
    }
  }

  override _request(event: 'join' | 'leave', room: Room<Handle>, details: object, settle: Settle): void {
    room._delay = undefined;
    const { _handle: handle, _options: options, _wasJoined: wasJoined } = room;
    const history = event === 'join' && handle._recovery?._ask(wasJoined, options.rewind);
    super._request(event, room, { ...details, ...this._credentials.get(room), ...history }, settle);
    this._credentials.delete(room);
  }

  /**
   * Too many joins at once, as after a reconnect with many rooms, is no refusal, nor is it that the gateway can't tell now
   * what was missed: the room comes a little later.
   */
  override _failed(room: Room<Handle>, error: RealtimeError): void {
    if (!/^(rate|unav)/.test(error.code)) {
      super._failed(room, error);
      return;
    }
    room._delay = 'rate';
    if (this._late.push([room, ++room._turn]) > 1) return;
    this._timer = this._host._deadlines._clock.set(() => {
      for (const [late, turn] of this._late.splice(0)) if (this._isCurrent(late, turn)) this._send(late);
      this._moved();
    }, error.retryAfter ?? 1_000);
  }

  override _undo(room: Room<Handle>, done?: Settle): void {
    // The gateway doesn't know of it.
    if (room._delay) done?.(undefined);
    else super._undo(room, done);
    this._moved();
  }

  private _isCurrent(room: Room<Handle>, turn: number): boolean {
    return turn === room._turn && this._all.get(room._name) === room;
  }

  private _moved(): void {
    if (this._isOpening) {
      this._isOpening = [...this._all.values()].some(
        ({ _state, _delay }) => _state === 'joining' && _delay === 'authorization',
      );
    }
    this._host._moved();
  }
}

function refusal(room: string): RealtimeError {
  return new RealtimeError('forbidden', `No signature for "${room}"`);
}
