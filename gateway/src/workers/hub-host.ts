import { type Broker, BrokerError, type BrokerListener, type Claim } from '../broker/broker';
import { MemoryHub } from '../broker/memory-hub';
import {
  type FromNode,
  type HubOptions,
  parted,
  partedPage,
  type Question,
  type ToNode,
  whole,
} from './broker-messages';

type Tell = (what: ToNode, size?: number) => void;

/** The hub of one gateway's workers, in their primary: it outlives each of them. */
export class HubHost {
  readonly hub: MemoryHub;
  readonly #nodes = new Set<HostedNode>();
  readonly #grace: number;

  constructor({ log, repeatsAge, grace }: HubOptions) {
    this.hub = new MemoryHub({ log, repeatsAge });
    this.#grace = grace;
  }

  /** A node of the hub for a worker; `tell` is how the worker hears. */
  open(name: string, tell: Tell): HostedNode {
    const node = new HostedNode(this.hub.connect(name), tell);
    this.#nodes.add(node);
    this.#tellNodes();
    return node;
  }

  /** The node is gone. Its users stay in the rosters for a while, since most of them come to another worker. */
  lose(node: HostedNode): void {
    if (!this.#nodes.delete(node)) return;
    this.hub.lose(node.name, this.#grace);
    this.#tellNodes();
  }

  stop(): void {
    this.hub.stop();
  }

  #tellNodes(): void {
    const nodes = this.hub.nodes();
    for (const node of this.#nodes) node.tell({ is: 'nodes', nodes });
  }
}

/** The hub's end of a worker's broker. */
export class HostedNode {
  readonly #broker: Broker;
  readonly #claims = new Map<string, Extract<Claim, { type: 'mine' }>>();

  constructor(
    broker: Broker,
    readonly tell: Tell,
  ) {
    this.#broker = broker;
    broker.start(listenerOf(tell));
  }

  get name(): string {
    return this.#broker.node;
  }

  heard(what: FromNode): void {
    if (what.do === 'enter') this.#broker.enter(what.room, what.isPresence);
    else if (what.do === 'exit') this.#broker.exit(what.room);
    else if (what.do === 'settle') this.#answer(what.call, this.#settle(what.id, what.outcome));
    else if (what.do !== 'stop') this.#answer(what.call, this.#ask(what));
  }

  #ask(what: Question): Promise<unknown> {
    const broker = this.#broker;
    switch (what.do) {
      case 'publish':
        return broker.publish(what.rooms, whole(what.message));
      case 'position':
        return broker.position(what.room);
      case 'since':
        return broker.since(what.room, what.position).then(partedPage);
      case 'last':
        return broker.last(what.room, what.count).then(partedPage);
      case 'join':
        return broker.join(what.room, what.user, what.userInfo);
      case 'leave':
        return broker.leave(what.room, what.user);
      case 'update':
        return broker.update(what.room, what.user, what.userInfo);
      case 'roster':
        return broker.roster(what.room);
      case 'tell':
        return broker.tell(JSON.parse(what.what));
      case 'count':
        return broker.count(what.what, what.change);
      case 'claim':
        return broker.claim(what.id).then((claim) => this.#claimed(what.id, claim));
    }
  }

  /** The one that has won it settles it by its id. */
  #claimed(id: string, claim: Claim): unknown {
    if (claim.type !== 'mine') return claim;
    this.#claims.set(id, claim);
    return { type: 'mine' };
  }

  async #settle(id: string, outcome: string | undefined): Promise<void> {
    const claim = this.#claims.get(id);
    this.#claims.delete(id);
    await claim?.settle(outcome);
  }

  #answer(call: number, doing: Promise<unknown>): void {
    doing.then(
      (value) => this.tell({ is: 'answer', call, value }),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.tell({
          is: 'refusal',
          call,
          message,
          maybeDone: !(error instanceof BrokerError) || error.maybeDone,
        });
      },
    );
  }
}

/** Each thing that is told, as a message. */
function listenerOf(tell: Tell): BrokerListener {
  return {
    heard: ({ message, ...heard }) =>
      tell({ is: 'heard', ...heard, message: parted(message) }, message.payload.bytes + 300),
    gap: (room, position) => tell({ is: 'gap', room, position }),
    roster: (room, change) => tell({ is: 'roster', room, change }),
    rosterIs: (room, page) => tell({ is: 'rosterIs', room, page }),
    told: (node, what) => tell({ is: 'told', node, what: JSON.stringify(what) }),
    state: (state) => tell({ is: 'state', state }),
    forgotten: () => tell({ is: 'forgotten' }),
  };
}
