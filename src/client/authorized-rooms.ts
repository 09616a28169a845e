import { roomKind } from '../protocol';
import type { Authorize } from './authorizer';
import type { Deadlines } from './deadlines';
import { RealtimeError, toRealtimeError } from './errors';
import type { GatewayKind } from './gateway-kind';
import { GuardedRooms } from './guarded-rooms';
import type { RoomCredentials } from './options';
import type { Requests, Settle } from './requests';
import type { Room, RoomHandle } from './rooms';

/** Rooms of which the private ones and those with presence are authorized before each join, for the socket's id. */
export class AuthorizedRooms<Handle extends RoomHandle> extends GuardedRooms<Handle> {
  /** Rooms that the next question is about. */
  private _asking: Room<Handle>[] = [];
  private readonly _credentials = new WeakMap<Room<Handle>, RoomCredentials>();
  private _underWay = 0;
  private _whenSent: (() => void) | undefined;

  constructor(
    requests: Requests,
    createHandle: (room: string) => Handle,
    private readonly _authorizer: Authorize | undefined,
    private readonly _deadlines: Deadlines,
    private readonly _socketId: () => string,
    gateway: GatewayKind,
  ) {
    super(requests, createHandle, gateway);
  }

  /** Calls `done` when each room that is wanted now has been authorized or refused, and its join is on the way. */
  _afterSent(done: () => void): void {
    this._whenSent = done;
    this._check();
  }

  override _lost(): void {
    this._whenSent = undefined;
    this._asking = [];
    super._lost();
  }

  override _send(room: Room<Handle>): void {
    if (!this._authorizer || room._options.auth !== undefined || roomKind(room._name) === 'public') {
      super._send(room);
      return;
    }
    room._state = 'joining';
    room._error = undefined;
    // Rooms that are wanted in one turn of the event loop share one question.
    if (this._asking.push(room) === 1) Promise.resolve().then(() => this._authorize());
  }

  private async _authorize(): Promise<void> {
    const rooms = this._asking.splice(0).map((room) => ({ room, turn: ++room._turn }));
    const names = rooms.map(({ room }) => room._name);
    if (!this._authorizer || !names.length) return;
    this._underWay++;
    const answers = await this._answers(this._authorizer(names, this._socketId()));
    this._underWay--;
    for (const { room, turn } of rooms) {
      if (turn !== room._turn || this._all.get(room._name) !== room) continue;
      const answer = answers instanceof Error ? answers : (answers?.[room._name] ?? refusal(room._name));
      if (answer instanceof Error) this._failed(room, toRealtimeError(answer, 'authorization_failed'));
      else {
        this._credentials.set(room, answer);
        super._send(room);
      }
    }
    this._check();
  }

  /** What the question brings, or what became of it instead. */
  private async _answers(asked: ReturnType<Authorize>): Promise<Awaited<ReturnType<Authorize>> | Error> {
    let stop = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      stop = this._deadlines._watch('authorization', undefined, reject);
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
    super._request(event, room, { ...details, ...this._credentials.get(room) }, settle);
    this._credentials.delete(room);
  }

  /** Too many joins at once, as after a reconnect with many rooms, is no refusal: the room comes a little later. */
  override _failed(room: Room<Handle>, error: RealtimeError): void {
    if (error.code !== 'rate_limited') {
      super._failed(room, error);
      return;
    }
    const turn = ++room._turn;
    const again = () => {
      if (turn === room._turn && this._all.get(room._name) === room) this._send(room);
    };
    this._deadlines._clock.set(again, error.retryAfter ?? 1_000);
  }

  private _check(): void {
    if (this._underWay || this._asking.length) return;
    const done = this._whenSent;
    this._whenSent = undefined;
    done?.();
  }
}

function refusal(room: string): RealtimeError {
  return new RealtimeError('forbidden', `No signature for "${room}"`);
}
