import { DEFAULT_MAX_ROOMS, isRoomName, type JoinReply, type JoinRequest } from '../protocol';
import { errorIn } from './errors';
import type { GatewayKind } from './gateway-kind';
import { Recovery, type RecoveryHost } from './recovery';
import type { Requests, Settle } from './requests';
import { type Room, type RoomHandle, Rooms } from './rooms';

/** A join that goes out with others. */
interface Listed {
  _join: JoinRequest;
  _settle: Settle;
  /** Whether its answer is still waited for. */
  _isWanted(): boolean;
}

/** Rooms that are joined in one request when they are wanted in one turn, where the gateway takes lists. */
export class ListedRooms<Handle extends RoomHandle> extends Rooms<Handle> {
  private _list: Listed[] = [];
  /** What is sent to the user of the connection, who is in that room without having joined it. */
  _user: Recovery | undefined;

  constructor(
    requests: Requests,
    createHandle: (room: string) => Handle,
    readonly _gateway: GatewayKind,
    readonly _host: RecoveryHost,
  ) {
    super(requests, createHandle);
  }

  /** Who watches over what comes in that room. */
  _recoveryOf(channel: string): Recovery | undefined {
    const { _user: user } = this;
    return this._all.get(channel)?._handle._recovery ?? (user?._channel === channel ? user : undefined);
  }

  /** Takes the answer to the hello, which tells who the user is. */
  _greeted(reply: unknown): void {
    const { protocol, user } = Object(reply) as Record<string, unknown>;
    if (!protocol) return;
    const { channel, position } = Object(user) as Record<string, unknown>;
    if (!isRoomName(channel)) this._user = undefined;
    else if (this._user?._channel !== channel) this._user = new Recovery(channel, this._host, position);
  }

  override _rejoin(whenBack: () => void): void {
    let left = 2;
    const back = () => {
      if (!--left) whenBack();
    };
    this._rejoinUser(back);
    super._rejoin(back);
    this._sendList();
  }

  override _lost(): void {
    this._list = [];
    this._user?._lost();
    super._lost();
  }

  override _request(event: 'join' | 'leave', room: Room<Handle>, details: object, settle: Settle): void {
    const { _name: name, _turn: turn } = room;
    if (event === 'join' && this._gateway._supports('rooms')) {
      this._enlist({
        _join: { room: name, ...details },
        _settle: settle,
        _isWanted: () => turn === room._turn && this._all.get(name) === room,
      });
    } else {
      this._sendList();
      super._request(event, room, details, settle);
    }
  }

  /** Sends the joins that wait for others to come along. To be called before what has to come after them. */
  _sendList(): void {
    while (this._list.length) this._sendJoins(this._list.splice(0, DEFAULT_MAX_ROOMS));
  }

  private _enlist(join: Listed): void {
    if (this._list.push(join) === 1) Promise.resolve().then(() => this._sendList());
  }

  private _sendJoins(joins: Listed[]): void {
    const [first] = joins;
    if (first && joins.length === 1) {
      this._requests._request('join', [first._join], first._settle);
      return;
    }
    this._requests._request('join', [{ rooms: joins.map(({ _join }) => _join) }], (error, reply) => {
      const refusal = error ?? errorIn(reply);
      const results: unknown = Object(reply).results;
      joins.forEach((join, index) => {
        const result: unknown = Array.isArray(results) ? results[index] : undefined;
        if (refusal && /^(connection_lost|timeout|rate_limited)$/.test(refusal.code)) join._settle(refusal);
        else if (result !== undefined) join._settle(undefined, result);
        // The list as a whole was no good: whatever one of them had wrong is not to be the fault of the others.
        else if (join._isWanted()) this._sendJoins([join]);
      });
    });
  }

  /** Asks for what was sent to the user while there was no connection. */
  private _rejoinUser(back: () => void): void {
    const { _user: user } = this;
    if (!user || this._all.has(user._channel)) {
      back();
      return;
    }
    const answered = (reply: Partial<JoinReply>) => {
      if (user._answered(reply, true)) user._release(reply.position);
      back();
    };
    const { since } = user._ask(true, undefined);
    const isWanted = () => user === this._user;
    if (!since) answered({});
    else {
      this._enlist({
        _join: { room: user._channel, since },
        _settle: (error, reply) => {
          const refusal = error ?? errorIn(reply);
          if (refusal?.code === 'connection_lost') return;
          if (isWanted()) answered(refusal ? {} : Object(reply));
          else back();
        },
        _isWanted: isWanted,
      });
    }
  }
}
