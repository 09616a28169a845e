import { availableParallelism } from 'node:os';
import { type Logger, silentLogger } from '../logger';
import { endOnSignals } from '../signals';
import { becomeWorker } from './current';
import { IDENTITY, type Identity, readIdentity } from './identity';
import type { GatewayFacts } from './messages';
import { Primary } from './primary';
import { WorkerLink } from './worker-link';

/** Ms more than the workers have, to end what links them. */
const GRACE = 500;

export interface RunWorkersOptions {
  /**
   * On SIGTERM and SIGINT let all workers end, and then the process, a second one at once; on SIGHUP put new workers in the place
   * of the old ones. On by default.
   */
  signals?: boolean;
  /** Where it is told what becomes of the workers; nowhere by default. A pino logger or `console` will do. */
  logger?: Logger;
}

/** The workers, as the process that started them has them. */
export interface Workers {
  readonly count: number;
  /** Where the workers' gateways listen. */
  readonly urls: readonly string[];
  /**
   * Puts new workers, with the program as its file is now, in the place of the old ones: one after the other, each once it serves.
   * Rejects when one can't, and leaves the old ones as they are.
   */
  reload(): Promise<void>;
  /** Closes the gateways of all workers, and ends these. */
  close(): Promise<void>;
}

/** The same, with what only `serve` asks for. */
export interface RunningWorkers extends Workers {
  readonly facts: readonly GatewayFacts[];
}

let isWorker = false;

/** Whether this process was started to be a worker. */
export function isWorkerProcess(): boolean {
  return isWorker || process.env[IDENTITY] !== undefined;
}

/**
 * Runs this program as several processes, whose gateways are one: they listen on the same port, and have the rooms, rosters and
 * logs in common. A worker that dies is replaced. `auto` is one for each core.
 *
 * The program runs in this process, and anew in each worker. Only there `setup` is called, which makes the gateway and awaits
 * its `listen`. It settles in this process when all workers serve, and rejects when one can't; in a worker it settles with
 * `undefined`, once `setup` has.
 *
 * @throws {RangeError} for a number of workers that is none.
 * @example
 * const workers = await runWorkers('auto', () => createGateway({ jwt_secret: 'a long secret' }).listen(3000));
 * if (workers) console.log(`${workers.count} workers at ${workers.urls[0]}`);
 */
export async function runWorkers(
  count: number | 'auto',
  setup: () => unknown,
  options: RunWorkersOptions = {},
): Promise<Workers | undefined> {
  const who = readIdentity(process.env[IDENTITY]);
  if (!who) return startWorkers(workerCount(count), options);
  // Not for the processes that a worker starts.
  delete process.env[IDENTITY];
  isWorker = true;
  await work(who, setup);
  return undefined;
}

/** @throws {RangeError} */
function workerCount(count: number | 'auto'): number {
  const workers = count === 'auto' ? availableParallelism() : count;
  if (Number.isInteger(workers) && workers >= 1 && workers <= 1024) return workers;
  throw new RangeError(`workers: ${String(count)} is not a whole number from 1 to 1024, nor "auto"`);
}

/** The process that has the workers. */
export async function startWorkers(
  count: number,
  { signals = true, logger = silentLogger }: RunWorkersOptions,
): Promise<RunningWorkers> {
  if (process.argv[1] === undefined) {
    throw new Error('runWorkers starts the program anew for each worker, so it has to be in a file');
  }
  const { default: cluster } = await import('node:cluster');
  // What is binary stays binary.
  cluster.setupPrimary({ serialization: 'advanced' });
  const primary = await Primary.start(cluster, count, logger);
  const workers: RunningWorkers = {
    count,
    facts: primary.facts,
    urls: primary.facts.flatMap(({ url }) => url ?? []),
    reload: () => primary.reload(),
    close: () => primary.close(),
  };
  if (signals) {
    const timeout = primary.timeout + GRACE;
    endOnSignals({ timeout, close: () => primary.close(), kill: () => primary.kill() }, logger);
    process.on('SIGHUP', () => {
      logger.info({}, 'new workers take the places of the old ones');
      primary.reload().then(
        () => logger.info({}, 'all workers are new'),
        // It has been logged.
        () => {},
      );
    });
  }
  return workers;
}

async function work(who: Identity, setup: () => unknown): Promise<void> {
  // The primary says when it is over; a terminal, and systemd, tell all processes at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const link = new WorkerLink(who, process, () => {
    link.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  becomeWorker(link);
  try {
    await setup();
  } catch (error) {
    await link.failed(error);
    process.exit(1);
  }
  link.ready();
}
