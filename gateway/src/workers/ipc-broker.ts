import type { Position } from '../../../src/protocol';
import {
  type Broker,
  BrokerError,
  type BrokerListener,
  type BrokerMessage,
  type BrokerState,
  type Claim,
  type RoomKey,
  type RosterEntry,
  type RosterPage,
} from '../broker/broker';
import type { LogPage } from '../log/room-log';
import {
  type ClaimAnswer,
  type FromNode,
  type PartedPage,
  parted,
  type Question,
  type ToNode,
  whole,
  wholePage,
} from './broker-messages';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: BrokerError): void;
}

/** How a worker's broker reaches the hub in its primary. */
export interface HubLink {
  /** Tells the primary that there is a node of this name. */
  open(node: string): void;
  tell(what: FromNode, size?: number): void;
}

/** The broker of a worker: a node of the hub in its primary. That process is there as long as this one is. */
export class IpcBroker implements Broker {
  readonly node: string;
  readonly isAtHand = true;
  readonly #link: HubLink;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #nodes: readonly string[];
  #listener: BrokerListener | undefined;
  #state: BrokerState = { status: 'connecting' };

  constructor(node: string, link: HubLink) {
    this.node = node;
    this.#nodes = [node];
    this.#link = link;
  }

  get state(): BrokerState {
    return this.#state;
  }

  start(listener: BrokerListener): void {
    this.#listener = listener;
    this.#link.open(this.node);
    // What is asked from now on comes after that. The hub says so too, later.
    this.#state = { status: 'ready' };
  }

  async stop(): Promise<void> {
    if (this.#state.status === 'stopped') return;
    this.#link.tell({ do: 'stop' });
    this.#listener = undefined;
    this.#state = { status: 'stopped' };
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new BrokerError('the broker has been stopped', true));
  }

  enter(room: RoomKey, isPresence: boolean): void {
    this.#link.tell({ do: 'enter', room, isPresence });
  }

  exit(room: RoomKey): void {
    this.#link.tell({ do: 'exit', room });
  }

  publish(rooms: readonly RoomKey[], message: BrokerMessage): Promise<readonly (Position | undefined)[]> {
    return this.#ask({ do: 'publish', rooms, message: parted(message) }, message.payload.bytes + 300);
  }

  position(room: RoomKey): Promise<Position> {
    return this.#ask({ do: 'position', room });
  }

  async since(room: RoomKey, position: Position): Promise<LogPage> {
    return wholePage(await this.#ask<PartedPage>({ do: 'since', room, position }));
  }

  async last(room: RoomKey, count: number): Promise<LogPage> {
    return wholePage(await this.#ask<PartedPage>({ do: 'last', room, count }));
  }

  join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry> {
    return this.#ask({ do: 'join', room, user, userInfo: plain(userInfo) });
  }

  leave(room: RoomKey, user: string): Promise<void> {
    return this.#ask({ do: 'leave', room, user });
  }

  update(room: RoomKey, user: string, userInfo: unknown): Promise<void> {
    return this.#ask({ do: 'update', room, user, userInfo: plain(userInfo) });
  }

  roster(room: RoomKey): Promise<RosterPage> {
    return this.#ask({ do: 'roster', room });
  }

  tell(what: unknown): Promise<void> {
    return this.#ask({ do: 'tell', what: JSON.stringify(what) });
  }

  nodes(): readonly string[] {
    return this.#nodes;
  }

  count(what: string, change: 1 | -1): Promise<number> {
    return this.#ask({ do: 'count', what, change });
  }

  async claim(id: string): Promise<Claim> {
    const claim = await this.#ask<ClaimAnswer>({ do: 'claim', id });
    if (claim.type !== 'mine') return claim;
    return {
      type: 'mine',
      settle: (outcome) => this.#call((call) => ({ do: 'settle', id, outcome, call })),
    };
  }

  /** What the hub tells this node. */
  heard(what: ToNode): void {
    if (what.is === 'answer') this.#take(what.call)?.resolve(what.value);
    else if (what.is === 'refusal')
      this.#take(what.call)?.reject(new BrokerError(what.message, what.maybeDone));
    else if (what.is === 'nodes') this.#nodes = what.nodes;
    else if (what.is === 'state') this.#become(what.state);
    else if (this.#listener) tell(this.#listener, what);
  }

  #become(state: BrokerState): void {
    if (!this.#listener) return;
    this.#state = state;
    this.#listener.state(state);
  }

  #ask<T>(question: Question, size?: number): Promise<T> {
    return this.#call((call) => ({ ...question, call }), size);
  }

  #call<T>(what: (call: number) => FromNode, size?: number): Promise<T> {
    if (this.#state.status === 'stopped') {
      return Promise.reject(new BrokerError('the broker has been stopped', false));
    }
    this.#calls += 1;
    const call = this.#calls;
    this.#link.tell(what(call), size);
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #take(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    return waiting;
  }
}

function tell(
  listener: BrokerListener,
  what: Exclude<ToNode, { is: 'answer' | 'refusal' | 'nodes' | 'state' }>,
): void {
  switch (what.is) {
    case 'heard':
      listener.heard({ ...what, message: whole(what.message) });
      break;
    case 'gap':
      listener.gap(what.room, what.position);
      break;
    case 'roster':
      listener.roster(what.room, what.change);
      break;
    case 'rosterIs':
      listener.rosterIs(what.room, what.page);
      break;
    case 'told':
      listener.told(what.node, JSON.parse(what.what));
      break;
    case 'forgotten':
      listener.forgotten();
      break;
  }
}

/** What others see of a user may hold what no other process can be given, such as functions. JSON leaves these out. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');
}
