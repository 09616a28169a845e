import type { Position } from '../../../src/protocol';
import type { LogPage } from '../log/room-log';
import {
  type Broker,
  BrokerError,
  type BrokerListener,
  type BrokerMessage,
  type BrokerState,
  type Claim,
  type Heard,
  type RoomKey,
  type RosterChange,
  type RosterEntry,
  type RosterPage,
} from './broker';
import type { HubMessage, MemoryHub } from './memory-hub';

interface Entered {
  readonly isPresence: boolean;
  /** Where the log was when the node heard of it last. */
  position: Position | undefined;
}

/** A node of a hub. What it is told comes in order, and never while somebody else's call is under way. */
export class MemoryNode implements Broker {
  readonly #hub: MemoryHub;
  readonly #entered = new Map<RoomKey, Entered>();
  #listener: BrokerListener | undefined;
  readonly #inbox: ((listener: BrokerListener) => void)[] = [];
  #isAwaited = false;
  #state: BrokerState = { status: 'connecting' };

  constructor(
    hub: MemoryHub,
    readonly node: string,
  ) {
    this.#hub = hub;
  }

  get state(): BrokerState {
    return this.#state;
  }

  start(listener: BrokerListener): void {
    this.#listener = listener;
    this.#hub.add(this);
    this.#become({ status: 'ready' });
  }

  async stop(staying = 0): Promise<void> {
    if (staying > 0) this.#hub.lose(this.node, staying);
    else this.#hub.remove(this.node);
    this.#listener = undefined;
    this.#inbox.length = 0;
    this.#state = { status: 'stopped' };
  }

  enter(room: RoomKey, isPresence: boolean): void {
    if (this.#entered.has(room)) return;
    this.#entered.set(room, { isPresence, position: this.#hub.log?.position(room) });
    this.#hub.log?.hold(room);
  }

  exit(room: RoomKey): void {
    if (this.#entered.delete(room) && this.#hub.has(this.node)) this.#hub.log?.release(room);
  }

  publish(rooms: readonly RoomKey[], message: BrokerMessage): Promise<readonly (Position | undefined)[]> {
    return this.#ask(() => this.#hub.publish(rooms, message));
  }

  position(room: RoomKey): Promise<Position> {
    return this.#ask(() => this.#log.position(room));
  }

  since(room: RoomKey, position: Position): Promise<LogPage> {
    return this.#ask(() => this.#log.since(room, position));
  }

  last(room: RoomKey, count: number): Promise<LogPage> {
    return this.#ask(() => this.#log.last(room, count));
  }

  join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry> {
    return this.#ask(() => this.#hub.rosters.join(this.node, room, user, userInfo));
  }

  leave(room: RoomKey, user: string): Promise<void> {
    return this.#ask(() => this.#hub.rosters.leave(this.node, room, user));
  }

  update(room: RoomKey, user: string, userInfo: unknown): Promise<void> {
    return this.#ask(() => this.#hub.rosters.update(room, user, userInfo));
  }

  roster(room: RoomKey): Promise<RosterPage> {
    return this.#ask(() => this.#hub.rosters.page(room));
  }

  tell(what: unknown): Promise<void> {
    // As a node in another process would get it.
    return this.#ask(() => this.#hub.tell(this.node, JSON.stringify(what)));
  }

  nodes(): readonly string[] {
    return this.#hub.nodes();
  }

  count(what: string, change: 1 | -1): Promise<number> {
    return this.#ask(() => this.#hub.counts.change(this.node, what, change));
  }

  claim(id: string): Promise<Claim> {
    return this.#ask(() => this.#hub.claims.claim(this.node, id));
  }

  hear(heard: Heard): void {
    const entered = this.#entered.get(heard.room);
    if (!entered || this.#isCut) return;
    entered.position = heard.position ?? entered.position;
    this.#told((listener) => listener.heard(heard));
  }

  hearRoster(room: RoomKey, change: RosterChange): void {
    if (this.#entered.get(room)?.isPresence && !this.#isCut)
      this.#told((listener) => listener.roster(room, change));
  }

  hearTold(from: string, what: string): void {
    if (!this.#isCut) this.#told((listener) => listener.told(from, JSON.parse(what)));
  }

  cut(): void {
    // What has not come by now never comes.
    this.#inbox.length = 0;
    this.#become({ status: 'down', problem: 'the hub can not be reached' });
  }

  /** Keeps no log from being forgotten any more. */
  letGo(): void {
    for (const room of this.#entered.keys()) this.#hub.log?.release(room);
  }

  mend(): void {
    if (!this.#isCut) return;
    const isForgotten = !this.#hub.has(this.node);
    if (isForgotten) {
      this.#hub.add(this);
      for (const room of this.#entered.keys()) this.#hub.log?.hold(room);
    }
    this.#become({ status: 'ready' });
    for (const [room, entered] of this.#entered) this.#catchUp(room, entered);
    if (isForgotten) this.#told((listener) => listener.forgotten());
  }

  #catchUp(room: RoomKey, entered: Entered): void {
    const { log, rosters } = this.#hub;
    if (log && entered.position) {
      const { messages, position } = log.since(room, entered.position);
      const { epoch, offset } = position;
      entered.position = position;
      const first = offset + 1 - (messages?.length ?? 0);
      for (const [index, message] of (messages ?? []).entries()) {
        const at = { epoch, offset: first + index };
        const { rooms } = message as HubMessage;
        this.#told((listener) =>
          listener.heard({ room, message: message as HubMessage, position: at, rooms }),
        );
      }
      if (!messages) this.#told((listener) => listener.gap(room, position));
    }
    if (!entered.isPresence) return;
    const page = rosters.page(room);
    this.#told((listener) => listener.rosterIs(room, page));
  }

  get #isCut(): boolean {
    return this.#state.status !== 'ready';
  }

  get #log() {
    const { log } = this.#hub;
    if (!log) throw new BrokerError('messages are not kept', false);
    return log;
  }

  async #ask<T>(deed: () => T): Promise<T> {
    if (this.#isCut)
      throw new BrokerError(this.#state.problem ?? `the broker is ${this.#state.status}`, false);
    return deed();
  }

  #become(state: BrokerState): void {
    this.#state = state;
    this.#told((listener) => listener.state(state));
  }

  #told(tell: (listener: BrokerListener) => void): void {
    this.#inbox.push(tell);
    if (!this.#isAwaited) this.#awaitTurn();
  }

  #awaitTurn(): void {
    this.#isAwaited = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    try {
      for (let tell = this.#inbox.shift(); tell; tell = this.#inbox.shift())
        if (this.#listener) tell(this.#listener);
      this.#isAwaited = false;
    } finally {
      if (this.#isAwaited) this.#awaitTurn();
    }
  }
}
