import type { Cluster } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from '../logger';
import { RestartDelay } from './delay';
import { Gathering } from './gathering';
import type { GatewayFacts, Handed, ToPrimary } from './messages';
import { Unit } from './unit';
import { WorkerProcess } from './worker-process';

/** Ms for everything in a worker to end by itself after its gateways have, which has a limit of its own. */
const GRACE = 1_500;

/** One of the workers' places: who holds it now. */
interface Place {
  readonly slot: number;
  readonly delay: RestartDelay;
  worker: WorkerProcess;
  again: NodeJS.Timeout | undefined;
}

/** Runs workers: starts them, links them, and puts another in the place of each that dies. */
export class Primary {
  readonly #cluster: Cluster;
  readonly #count: number;
  readonly #logger: Logger;
  readonly #run = randomBytes(8).toString('hex');
  readonly #places: Place[] = [];
  readonly #workers = new Map<number, WorkerProcess>();
  readonly #units = new Map<number, Unit>();
  readonly #gathering = new Gathering();
  #facts: readonly GatewayFacts[] = [];
  #made = 0;
  #isStarted = false;
  #isEnding = false;
  #reloading: Promise<void> | undefined;

  private constructor(cluster: Cluster, count: number, logger: Logger) {
    this.#cluster = cluster;
    this.#count = count;
    this.#logger = logger;
  }

  /** Settles when all workers serve. When one can't, all are ended, and it rejects with the reason. */
  static async start(cluster: Cluster, count: number, logger: Logger): Promise<Primary> {
    const primary = new Primary(cluster, count, logger);
    try {
      // The first shows whether it can be done at all.
      primary.#facts = await primary.#fill(0).worker.ready;
      const others = Array.from({ length: count - 1 }, (_, index) => primary.#fill(index + 1).worker.ready);
      await Promise.all(others);
      primary.#isStarted = true;
      // One may have served, and died while others began.
      for (const place of primary.#places) if (place.worker.hasEnded) primary.#refill(place);
      return primary;
    } catch (error) {
      primary.kill();
      throw error;
    }
  }

  /** What is known of the gateways that each worker has. */
  get facts(): readonly GatewayFacts[] {
    return this.#facts;
  }

  /** Ms that `close` may take. */
  get timeout(): number {
    return Math.max(0, ...this.#facts.map(({ longestEnd }) => longestEnd)) + GRACE;
  }

  /** Puts a new worker into each place, one after the other: the old one ends once the new one serves. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reloadAll().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Lets all workers end as gateways end, and ends what links them. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(this.timeout)));
    this.#letGo();
  }

  /** Ends all at once. */
  kill(): void {
    this.#end();
    for (const worker of this.#workers.values()) worker.kill();
    this.#letGo();
  }

  #end(): void {
    this.#isEnding = true;
    for (const { again } of this.#places) clearTimeout(again);
  }

  #letGo(): void {
    this.#gathering.stop();
    for (const unit of this.#units.values()) unit.close();
  }

  async #reloadAll(): Promise<void> {
    for (const place of this.#places) {
      const old = place.worker;
      const next = this.#fork(place.slot);
      try {
        await next.ready;
      } catch (error) {
        this.#logger.error({ err: error }, 'a new worker could not start; the old ones go on');
        next.kill();
        throw error;
      }
      if (this.#isEnding) return;
      clearTimeout(place.again);
      place.worker = next;
      this.#watch(place);
      await old.close(this.timeout);
    }
  }

  #fill(slot: number): Place {
    const place = { slot, delay: new RestartDelay(), worker: this.#fork(slot), again: undefined };
    this.#places.push(place);
    this.#watch(place);
    return place;
  }

  #fork(slot: number): WorkerProcess {
    this.#made += 1;
    const who = { run: this.#run, id: this.#made, slot, count: this.#count };
    const worker = new WorkerProcess(
      this.#cluster,
      who,
      (from, message) => this.#hear(from, message),
      (message, socket) => this.#move(message, socket),
    );
    this.#workers.set(worker.id, worker);
    worker.channel.onStuck = () => {
      this.#logger.error({ worker: worker.id }, 'a worker does not read what it is sent; it is ended');
      worker.kill();
    };
    worker.ended.then(() => this.#lose(worker));
    return worker;
  }

  #lose(worker: WorkerProcess): void {
    this.#workers.delete(worker.id);
    this.#gathering.lose(worker.id);
    for (const unit of this.#units.values()) unit.lose(worker);
  }

  /** Puts another in its place when it dies. */
  #watch(place: Place): void {
    const { worker } = place;
    worker.ended.then(async (ending) => {
      // Before any has served, the one who starts them is told instead.
      if (this.#isEnding || place.worker !== worker || !this.#isStarted) return;
      const wait = place.delay.next(worker.served);
      const after = wait > 0 ? ` in ${wait} ms` : '';
      this.#logger.error({ worker: worker.id }, `a worker ended ${ending}; another takes its place${after}`);
      place.again = setTimeout(() => this.#refill(place), wait);
    });
  }

  #refill(place: Place): void {
    place.worker = this.#fork(place.slot);
    this.#watch(place);
    place.worker.ready.catch((error: Error) => {
      if (this.#isEnding) return;
      this.#logger.error({ worker: place.worker.id }, `a worker could not start: ${error.message}`);
      place.worker.kill();
    });
  }

  #hear(worker: WorkerProcess, message: ToPrimary): void {
    switch (message.type) {
      case 'spread':
        for (const other of this.#workers.values()) if (other !== worker) other.channel.post(message, 1_000);
        break;
      case 'gather':
        this.#gather(worker, message);
        break;
      case 'gathered':
        this.#gathering.answered(worker.id, message.call, message.answer);
        break;
      case 'ready':
      case 'failed':
        break;
      default:
        this.#unit(message.unit).hear(worker, message);
    }
  }

  #gather(asker: WorkerProcess, { call, unit, what }: Extract<ToPrimary, { type: 'gather' }>): void {
    const ready = [...this.#workers.values()].filter(({ isReady }) => isReady).map(({ id }) => id);
    this.#gathering.begin(
      ready,
      (id, round) => this.#workers.get(id)?.channel.post({ type: 'gather', call: round, unit, what }),
      (answers) => asker.channel.post({ type: 'gathered', call, answers }),
    );
  }

  #move(message: Handed, socket: Socket | undefined): void {
    if (!socket || message.type !== 'moved') return;
    this.#unit(message.unit).move(message.worker, message.head, socket);
  }

  #unit(number: number): Unit {
    const unit = this.#units.get(number) ?? new Unit(number);
    this.#units.set(number, unit);
    return unit;
  }
}
