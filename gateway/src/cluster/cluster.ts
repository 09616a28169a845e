import { isRecord, type Position } from '../../../src/protocol';
import type {
  Broker,
  BrokerListener,
  BrokerState,
  Heard,
  RoomKey,
  RosterChange,
  RosterPage,
} from '../broker/broker';
import type { Readers } from '../log/readers';
import type { Logger } from '../logger';
import type { Namespaces } from '../namespaces';
import { tell } from '../presence/news';
import { type News, SharedRoster } from '../presence/shared-roster';
import type { Recent } from '../recent';
import type { Room } from '../room';
import type { Space } from '../space';
import { Asking, type Question } from './asking';
import { Claims } from './claims';
import { Gossip } from './gossip';
import { Places } from './places';
import type { SharedCounts } from './shared-counts';

export interface ClusterOptions {
  readonly broker: Broker;
  readonly counts: SharedCounts;
  readonly namespaces: () => Namespaces;
  readonly visited: Recent<string, true>;
  readonly readers: Readers;
  /** Answers what another node asks. */
  readonly answer: (question: Question) => unknown;
  readonly logger: Logger;
}

/** This gateway as one of several nodes: what it hears of the others by the broker, and what it lets them know. */
export class Cluster implements BrokerListener {
  readonly broker: Broker;
  readonly asking: Asking;
  readonly claims: Claims;
  readonly gossip: Gossip;
  readonly places: Places;
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    const { broker, readers, visited, namespaces } = options;
    this.#options = options;
    this.broker = broker;
    this.asking = new Asking(broker);
    this.claims = new Claims(broker);
    this.gossip = new Gossip({ broker, readers, visited, namespaces: () => namespaces().inUse() });
    this.places = new Places(
      broker,
      (key) => this.#find(key)?.room,
      (room, news) => this.#announce(room, news),
    );
  }

  /** It is ready, or so new that it may be in a moment: what it is asked for waits for that. */
  get isInReach(): boolean {
    const { status, problem } = this.broker.state;
    return status === 'ready' || (status === 'connecting' && problem === undefined);
  }

  get isReady(): boolean {
    return this.broker.state.status === 'ready';
  }

  start(): void {
    this.broker.start(this);
    this.gossip.start();
  }

  /** `staying`: ms in which users who were here may come back to another node. */
  async stop(staying: number): Promise<void> {
    this.gossip.stop();
    await this.broker.stop(staying);
  }

  /** Resolves when the roster of a presence room is known here, or can't be. */
  async load({ key, roster }: Room): Promise<void> {
    if (!(roster instanceof SharedRoster) || roster.isKnown) return;
    roster.loading ??= this.#load(key, roster);
    await roster.loading;
  }

  heard({ room: key, message, position, rooms }: Heard): void {
    const found = this.#find(key);
    if (!found) return;
    const { space, room } = found;
    const earlier: Room[] = [];
    for (const other of rooms) {
      if (other === key) break;
      const it = this.#find(other);
      if (it?.space === space) earlier.push(it.room);
    }
    if (message.notFor.length > 0) this.gossip.tellReaders(message.notFor);
    space.delivery.hear(room, message, position, earlier);
  }

  gap(key: RoomKey, position: Position): void {
    const found = this.#find(key);
    // Without logs nobody knows of positions.
    if (found?.space.log) found.space.delivery.tellGap(found.room, position);
  }

  roster(key: RoomKey, change: RosterChange): void {
    const room = this.#find(key)?.room;
    if (room?.roster instanceof SharedRoster) this.#announce(room, room.roster.apply(change));
  }

  rosterIs(key: RoomKey, page: RosterPage): void {
    const room = this.#find(key)?.room;
    if (!room || !(room.roster instanceof SharedRoster)) return;
    this.#announce(room, room.roster.replace(page));
    this.places.retell(room, page);
  }

  told(node: string, what: unknown): void {
    // Nodes of another version may tell what this one does not know.
    if (!isRecord(what)) return;
    const { ask, question, answer, value } = what;
    if (typeof ask === 'string' && isRecord(question)) this.#answer(ask, question as unknown as Question);
    else if (typeof answer === 'string') this.asking.take(node, answer, value);
    else this.gossip.take(what);
  }

  state({ status, problem }: BrokerState): void {
    const { logger, counts } = this.#options;
    if (status === 'down')
      logger.error({}, `the broker can not be reached${problem === undefined ? '' : `: ${problem}`}`);
    if (status !== 'ready') return;
    logger[this.broker.isAtHand ? 'debug' : 'info']({ node: this.broker.node }, 'the broker is ready');
    this.places.catchUp();
    counts.catchUp();
    for (const { rooms } of this.#shared()) for (const room of rooms) void this.load(room);
    this.gossip.meet();
  }

  forgotten(): void {
    this.#options.logger.warn({}, 'the broker has forgotten this node, and is told anew who is here');
    this.#options.counts.forget();
    this.#options.counts.catchUp();
    for (const { rooms } of this.#shared()) for (const room of rooms) this.places.retell(room);
  }

  async #load(key: RoomKey, roster: SharedRoster): Promise<void> {
    try {
      const page = await this.broker.roster(key);
      const news = roster.load(page);
      // Where all who are in the room still wait for their answers, it tells them.
      const room = this.#find(key)?.room;
      if (roster.wasMissed && room?.roster === roster) this.#announce(room, news);
    } catch {
      roster.wasMissed = true;
    } finally {
      roster.loading = undefined;
    }
  }

  #answer(ask: string, question: Question): void {
    const value = this.#options.answer(question);
    // What this node does not know of it says nothing to.
    if (value !== undefined) this.broker.tell({ answer: ask, value }).catch(() => {});
  }

  #announce(room: Room, news: readonly News[]): void {
    const space = news.length > 0 ? this.#find(room.key)?.space : undefined;
    if (space) for (const each of news) tell(space, room, each);
  }

  #find(key: RoomKey): { space: Space; room: Room } | undefined {
    const end = key.indexOf(' ');
    const space = this.#options.namespaces().space(key.slice(0, end));
    const room = space?.room(key.slice(end + 1));
    return space && room && { space, room };
  }

  *#shared(): Iterable<{ rooms: Room[] }> {
    for (const space of this.#options.namespaces().spaces())
      yield { rooms: [...space.rooms()].filter(({ roster }) => roster) };
  }
}
