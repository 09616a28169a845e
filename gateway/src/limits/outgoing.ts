import type { ServerResponse } from 'node:http';
import type { Engine } from '../capacity';
import {
  type EnginePacket,
  isEvent,
  isWritable,
  mostOf,
  openResponse,
  sizeOf,
  unsentBytes,
} from './engine-internals';

/**
 * Knows how many bytes wait for one client. While the client keeps up, each message costs one look at whether the
 * transport is free; only what has to wait is counted.
 */
export class Outgoing {
  readonly #engine: Engine;
  /** Bytes in the engine's queue. */
  #queued = 0;
  /** At least the size of the one packet that the transport has, if it is one: a single packet may be of any size. */
  #single = 0;
  /** Bytes in answers to polls that the client has not taken yet. */
  #answering = 0;
  readonly #answers = new Set<ServerResponse>();

  /** `onWait` is called at each packet that has to wait; events are counted in `counts`. */
  constructor(engine: Engine, onWait: () => void, counts: { sent: number } = { sent: 0 }) {
    this.#engine = engine;
    // One listener for both, as a second would cost more than what the two do.
    engine.on('packetCreate', (packet: EnginePacket) => {
      if (isEvent(packet)) counts.sent += 1;
      if (isWritable(engine)) return;
      this.#queued += sizeOf(packet);
      onWait();
    });
    engine.on('flush', (packets: readonly EnginePacket[]) => this.#flushed(packets));
  }

  /** Bytes that wait, the one packet left out that is being sent. */
  waiting(): number {
    return this.#queued + Math.max(0, this.#answering + unsentBytes(this.#engine) - this.#single);
  }

  /** Cuts off the answers that the client does not take. */
  cutAnswers(): void {
    for (const answer of this.#answers) answer.destroy();
  }

  #flushed(packets: readonly EnginePacket[]): void {
    this.#single = packets.length === 1 ? mostOf(packets[0] as EnginePacket) : 0;
    const answer = openResponse(this.#engine);
    if (answer)
      this.#answered(
        answer,
        packets.reduce((sum, packet) => sum + sizeOf(packet), 0),
      );
    this.#queued = 0;
  }

  /** Who polls on a new TCP connection each time, and reads none, has an answer waiting in each. */
  #answered(answer: ServerResponse, bytes: number): void {
    this.#answering += bytes;
    this.#answers.add(answer);
    const taken = () => {
      if (this.#answers.delete(answer)) this.#answering -= bytes;
    };
    // The first is when the system has it all, the second when the client is gone.
    answer.once('finish', taken).once('close', taken);
  }
}
