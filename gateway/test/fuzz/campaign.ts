import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { Child } from './child-process';
import { type Frame, frame, namespaceFlood } from './hostile-frames';
import { httpRequest, type Request } from './hostile-http';
import { attackByHttp, attackByPolling, attackUpgrades } from './http-attacker';
import { attackBelowWebSocket, attackByWebSocket } from './websocket-attacker';

type Attack =
  | { over: 'websocket' | 'polling' | 'upgrade'; frames: Frame[] }
  | { over: 'tcp'; frames: Uint8Array[] }
  | { over: 'http'; frames: Request[] };

const frames = fc.array(frame, { minLength: 1, maxLength: 8 });
const over = <T extends Attack>(transport: T['over'], arbitrary: fc.Arbitrary<T['frames']>) =>
  arbitrary.map((each) => ({ over: transport, frames: each }) as T);

const attack: fc.Arbitrary<Attack> = fc.oneof(
  { weight: 10, arbitrary: over('websocket', frames) },
  { weight: 5, arbitrary: over('polling', frames) },
  { weight: 4, arbitrary: over('http', fc.array(httpRequest, { minLength: 1, maxLength: 8 })) },
  { weight: 1, arbitrary: over('upgrade', frames) },
  {
    weight: 1,
    arbitrary: over('tcp', fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 4 })),
  },
  { weight: 1, arbitrary: over('websocket', namespaceFlood) },
);

/** Several attackers at once. */
const volley = fc.array(attack, { minLength: 1, maxLength: 8, size: 'max' });

/** What is left of a gateway when the attackers have gone. */
interface Level {
  heap: number;
  connections: number;
  namespaces: number;
  rooms: number;
  sockets: number;
}

export interface Outcome {
  frames: number;
  seed: number;
  before: Level;
  after: Level;
  /** Ms that the well-behaved clients waited for an acknowledgement. */
  quiet: number[];
  attacked: number[];
  /** Numbered messages of each well-behaved client, and what the other got of them. */
  sent: [number, number];
  received: [number, number];
  ticks: { sent: number; received: number };
  faults: string[];
}

const ROOM = 'the-room-of-the-witnesses';
const VOLLEYS = 25;

/** Ms that may be spent on finding the smallest attack that does harm. */
const SHRINKING = 60_000;

/** Attacks a gateway with at least so many frames, beside two clients that behave. Throws, with how to do it again, what it finds. */
export class Campaign {
  #gateway!: Child;
  #url!: string;
  #witness!: Child;
  #sent = 0;
  #ticks = 0;
  #shrinkUntil = Number.POSITIVE_INFINITY;
  readonly #kind: string;

  /** `faulty`: against a gateway that falls over something, which has to be found. */
  constructor(kind: 'sound' | 'faulty' = 'sound') {
    this.#kind = kind;
  }

  async run(target: number, file: string): Promise<Outcome> {
    try {
      return await this.#run(target, file);
    } finally {
      await Promise.all([this.#witness?.stop(), this.#gateway?.stop()]);
    }
  }

  async #run(target: number, file: string): Promise<Outcome> {
    const { TOPORIA_FUZZ_SEED: given, TOPORIA_FUZZ_PATH: path } = process.env;
    const seed = given === undefined ? randomInt(2 ** 31) : Number(given);
    await this.#start();
    const witness = await Child.start('witness-child.mjs', this.#url, ROOM);
    this.#witness = witness.child;
    // Once for what the first of everything leaves behind: compiled code, caches of names.
    await this.#attack(Math.min(target / 10, 2_000), seed - 1, file, undefined);
    const before = await this.#level();
    // Those that waited for the collection of garbage are not what quiet is.
    await this.#latencies(200);
    const quiet = await this.#latencies(500);
    this.#sent = 0;
    await this.#attack(target, seed, file, path);
    const attacked = await this.#latencies(0);
    const after = await this.#level();
    const { sent, received, ticks } = (await this.#witness.ask('stop', { ticks: this.#ticks })) as {
      sent: [number, number];
      received: [number, number];
      ticks: number;
    };
    const faults = [...this.#witness.faults, ...this.#gateway.faults];
    const counted = { sent: this.#ticks, received: ticks };
    return {
      frames: this.#sent,
      seed,
      before,
      after,
      quiet,
      attacked,
      sent,
      received,
      ticks: counted,
      faults,
    };
  }

  async #start(): Promise<void> {
    const started = await Child.start('gateway-child.mjs', this.#kind);
    this.#gateway = started.child;
    this.#url = started.url;
  }

  /** Until so many frames are sent, or for one seed and path alone. */
  async #attack(target: number, seed: number, file: string, path: string | undefined): Promise<void> {
    for (let round = 0; this.#sent < target; round++) {
      const details = await fc.check(
        fc.asyncProperty(volley, (attacks) => this.#volley(attacks)),
        { seed: seed + round, numRuns: VOLLEYS, ...(path !== undefined && { path }) },
      );
      if (details.failed) throw new Error(await story(details, file));
      if (path !== undefined) return;
    }
  }

  async #volley(attacks: Attack[]): Promise<void> {
    // Where time is up, what was found is small enough.
    if (performance.now() > this.#shrinkUntil) return;
    // A crash is looked for in smaller and smaller volleys, each of which needs a gateway that lives.
    if (!this.#gateway.alive) await this.#start();
    this.#gateway.faults.length = 0;
    const attacked = await Promise.allSettled(attacks.map((each) => this.#launch(each)));
    const found = attacked.flatMap((each) =>
      each.status === 'fulfilled' ? each.value : [String(each.reason)],
    );
    // What it has to tell of comes before its answer.
    const ticks = await this.#gateway.ask('tick', { room: ROOM });
    if (typeof ticks === 'number') this.#ticks = ticks;
    const problems = [...this.#gateway.faults, ...found];
    if (problems.length === 0) return;
    this.#shrinkUntil = Math.min(this.#shrinkUntil, performance.now() + SHRINKING);
    throw new Error(problems.join('\n'));
  }

  async #launch({ over, frames }: Attack): Promise<string[]> {
    this.#sent += frames.length;
    switch (over) {
      case 'websocket':
        return attackByWebSocket(this.#url, frames);
      case 'polling':
        return attackByPolling(this.#url, frames);
      case 'upgrade':
        return attackUpgrades(this.#url, frames);
      case 'http':
        return attackByHttp(this.#url, frames);
      case 'tcp':
        await attackBelowWebSocket(this.#url, frames);
        return [];
    }
  }

  /** What the gateway holds when nobody but the witnesses is there. */
  async #level(): Promise<Level> {
    await this.#gateway.ask('settled', { connections: 2 });
    return (await this.#gateway.ask('measure')) as Level;
  }

  /** At least so many of them, since the last time that this was asked. */
  async #latencies(least: number): Promise<number[]> {
    const { latencies } = (await this.#witness.ask('phase', { least })) as { latencies: number[] };
    return latencies;
  }
}

/** What was found, the smallest attack that shows it, and how to do it again. */
async function story(details: fc.RunDetails<[Attack[]]>, file: string): Promise<string> {
  const { seed, counterexamplePath, errorInstance } = details;
  const path = counterexamplePath === null ? '' : ` TOPORIA_FUZZ_PATH=${counterexamplePath}`;
  const found = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const again = `Again: TOPORIA_FUZZ_SEED=${seed}${path} npx vitest run ${file}`;
  return [found, await fc.asyncDefaultReportMessage(details), again].join('\n');
}
