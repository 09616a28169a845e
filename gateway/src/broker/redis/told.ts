import type { Logger } from '../../logger';
import type { BrokerListener, BrokerState, Heard, RoomKey, RosterChange, RosterPage } from '../broker';

/** The listener, as long as there is one. A mistake of its in one message must not cost those that come after it. */
export class Told implements BrokerListener {
  #listener: BrokerListener | undefined;

  constructor(private readonly logger: Logger) {}

  begin(listener: BrokerListener): void {
    this.#listener = listener;
  }

  end(): void {
    this.#listener = undefined;
  }

  heard(heard: Heard): void {
    this.#tell((listener) => listener.heard(heard));
  }

  gap(room: RoomKey, position: Heard['position'] & {}): void {
    this.#tell((listener) => listener.gap(room, position));
  }

  roster(room: RoomKey, change: RosterChange): void {
    this.#tell((listener) => listener.roster(room, change));
  }

  rosterIs(room: RoomKey, page: RosterPage): void {
    this.#tell((listener) => listener.rosterIs(room, page));
  }

  told(node: string, what: unknown): void {
    this.#tell((listener) => listener.told(node, what));
  }

  state(state: BrokerState): void {
    this.#tell((listener) => listener.state(state));
  }

  forgotten(): void {
    this.#tell((listener) => listener.forgotten());
  }

  #tell(tell: (listener: BrokerListener) => void): void {
    const listener = this.#listener;
    if (listener) this.safely(() => tell(listener));
  }

  safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.logger.error({ err: error }, 'what came by Redis could not be handled');
    }
  }
}
