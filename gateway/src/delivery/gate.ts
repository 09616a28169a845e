import type { Position } from '../../../src/protocol';

/** An event as it goes out: its arguments, and its JSON where that is made already. */
export interface Packet {
  readonly data: unknown[];
  readonly text: string | undefined;
}

interface Held {
  readonly packet: Packet;
  readonly position: Position;
}

/** Beyond so many the first are let go. */
const MOST = 1_000;

/**
 * Holds back what is sent to a room from one member that may not hear yet, since it has still to be told where it begins.
 * Of what it is told then, nothing is sent to it again.
 */
export class Gate {
  #held: Held[] = [];
  #known: Position | undefined;
  #isEnded = false;

  /** `gates` are those of the room, this among them from now on. */
  constructor(
    readonly socketId: string,
    readonly dialect: 'plain' | 'sdk',
    private readonly gates: Set<Gate>,
  ) {
    gates.add(this);
  }

  /** It holds back; else it has been opened, or ended. */
  get isShut(): boolean {
    return !this.#known && !this.#isEnded;
  }

  /** Where the room's log was before what is held back; `undefined` where that is nothing. */
  get start(): Position | undefined {
    const first = this.#held[0]?.position;
    return first && { epoch: first.epoch, offset: first.offset - 1 };
  }

  hold(packet: Packet, position: Position): void {
    this.#held.push({ packet, position });
    if (this.#held.length > MOST) this.#held.shift();
  }

  /**
   * Opens it to a member that knows all up to a position, and gives what comes after that; `undefined` where the gate has
   * been ended. With `stays` it isn't done then: what the member knows may still be on its way.
   */
  open(known: Position | undefined, stays: boolean): Packet[] | undefined {
    if (this.#isEnded) return undefined;
    this.#known = known;
    if (!stays || !known) this.end();
    const packets = this.#held.filter(({ position }) => !known || !isKnown(position, known));
    this.#held = [];
    return packets.map(({ packet }) => packet);
  }

  /** Whether an open gate's member has been told of what is sent now. The first that it has not ends the gate. */
  stops(position: Position | undefined): boolean {
    if (!position || !this.#known) return false;
    if (isKnown(position, this.#known)) return true;
    this.end();
    return false;
  }

  end(): void {
    this.#isEnded = true;
    this.gates.delete(this);
  }
}

function isKnown(position: Position, known: Position): boolean {
  return position.epoch === known.epoch && position.offset <= known.offset;
}
