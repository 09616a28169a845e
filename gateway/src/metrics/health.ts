import {
  type IntervalHistogram,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { Durations } from './durations';

/** Ms between two looks at the event loop. */
const RESOLUTION = 10;

const NANOSECONDS = 1e9;

const GC_KINDS: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weakcb' };

/** Seconds that the event loop was late, since they were last asked for. */
export interface LoopLag {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How this process is. Of its own, as what prom-client begins for its default metrics never ends. */
export class Health {
  readonly #delays: IntervalHistogram;
  readonly #observer: PerformanceObserver;
  readonly #collections = new Map<string, Durations>();
  #loop = performance.eventLoopUtilization();

  constructor() {
    this.#delays = monitorEventLoopDelay({ resolution: RESOLUTION });
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { kind } = (entry as unknown as { detail?: { kind?: number } }).detail ?? {};
        this.#collected(GC_KINDS[kind ?? 0] ?? 'other').observe(entry.duration / 1_000);
      }
    });
  }

  start(): void {
    this.#delays.enable();
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  lag(): LoopLag {
    const late = (delay: number) =>
      Number.isFinite(delay) ? Math.max(0, delay / NANOSECONDS - RESOLUTION / 1_000) : 0;
    const delays = this.#delays;
    const lag = {
      mean: late(delays.mean),
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    };
    // Else one bad moment would be told forever.
    if (delays.count > 0) delays.reset();
    return lag;
  }

  /** The share of the time in which the event loop had something to do, since it was last asked for. */
  utilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#loop);
    this.#loop = now;
    return utilization;
  }

  /** How long garbage collection took, by kind. */
  collections(): Iterable<[string, Durations]> {
    return this.#collections;
  }

  stop(): void {
    this.#delays.disable();
    this.#observer.disconnect();
  }

  #collected(kind: string): Durations {
    const durations = this.#collections.get(kind) ?? new Durations();
    this.#collections.set(kind, durations);
    return durations;
  }
}
