import type { Cluster, Worker } from 'node:cluster';
import { SettingsError } from '../config/error';
import { Channel } from './channel';
import { IDENTITY, type Identity } from './identity';
import type { GatewayFacts, Handed, ToPrimary, ToWorker } from './messages';

/** How a process ended, in words. */
export type Ending = string;

/** Why a worker could not begin to serve. */
export class StartFailure extends Error {}

/** One worker, as its primary sees it. */
export class WorkerProcess {
  readonly id: number;
  readonly channel: Channel<ToWorker, ToPrimary>;
  /** When it serves; rejects with what keeps it from that. */
  readonly ready: Promise<readonly GatewayFacts[]>;
  readonly ended: Promise<Ending>;
  isReady = false;
  hasEnded = false;
  readonly #worker: Worker;
  #readyAt = Number.POSITIVE_INFINITY;
  #become!: { ready(facts: readonly GatewayFacts[]): void; failed(error: Error): void };

  constructor(
    cluster: Cluster,
    who: Identity,
    heard: (worker: WorkerProcess, message: ToPrimary) => void,
    moved: (message: Handed, socket: import('node:net').Socket | undefined) => void,
  ) {
    this.id = who.id;
    this.#worker = cluster.fork({ [IDENTITY]: JSON.stringify(who) });
    this.ready = new Promise((ready, failed) => {
      this.#become = { ready, failed };
    });
    this.ready.catch(() => {});
    this.channel = new Channel(this.#worker.process, (message) => this.#hear(message, heard), moved);
    // What is sent to one that is gone is lost, as its `ended` tells.
    this.#worker.process.on('error', (error) => this.#become.failed(error));
    this.#worker.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#worker.process.once('exit', (code, signal) => {
        const ending = signal ? `by ${signal}` : `with code ${code}`;
        this.isReady = false;
        this.hasEnded = true;
        this.#become.failed(new StartFailure(`a worker ended ${ending} before it could serve`));
        resolve(ending);
      });
    });
  }

  /** Ms that it has served. */
  get served(): number {
    return Math.max(0, performance.now() - this.#readyAt);
  }

  /** Lets it end as a gateway ends, or not at all after so many ms. */
  async close(timeout: number): Promise<void> {
    this.channel.post({ type: 'close' });
    const timer = setTimeout(() => this.kill(), timeout);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #hear(message: ToPrimary, heard: (worker: WorkerProcess, message: ToPrimary) => void): void {
    if (message.type === 'ready') {
      this.isReady = true;
      this.#readyAt = performance.now();
      this.#become.ready(message.gateways);
    } else if (message.type === 'failed') {
      this.#become.failed(failureOf(message));
    } else {
      heard(this, message);
    }
  }
}

/** The error of the worker, with where it was there. */
function failureOf({ message, stack, setting }: Extract<ToPrimary, { type: 'failed' }>): Error {
  const error = setting === undefined ? new StartFailure(message) : new SettingsError(setting, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
