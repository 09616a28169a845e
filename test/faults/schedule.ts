import fc from 'fast-check';

/** What happens to one member's network, or to the gateway, and for how long, in ms. */
export type Fault =
  | { kind: 'cut' | 'cut-mid-frame' | 'kill' | 'restart' }
  | { kind: 'black-hole'; direction: 'up' | 'down' | 'both'; lasting: number }
  | { kind: 'delays' | 'narrow' | 'offline'; lasting: number };

export interface Step {
  /** ms after the step before. */
  after: number;
  /** Index of the member that it happens to. */
  member: number;
  fault: Fault;
}

const lasting = fc.integer({ min: 50, max: 1_500 });

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Fault>({ kind: 'cut' }, { kind: 'cut-mid-frame' }) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>({ kind: 'kill' }, { kind: 'restart' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('black-hole' as const),
      direction: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
      lasting,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('delays' as const, 'narrow' as const, 'offline' as const),
      lasting,
    }),
  },
);

const schedule = fc.array(
  fc.record({ after: fc.integer({ min: 20, max: 400 }), member: fc.integer({ min: 0, max: 1 }), fault }),
  { minLength: 3, maxLength: 8 },
);

/** The schedule of a seed, always the same one. */
export function scheduleOf(seed: number): Step[] {
  return fc.sample(schedule, { seed, numRuns: 1 })[0] ?? [];
}

/** The seeds to run: `TOPORIA_FAULT_SEED` alone, or as many as `TOPORIA_FAULT_SEEDS` says. */
export function seedsToRun(count: number): number[] {
  const { TOPORIA_FAULT_SEED: one, TOPORIA_FAULT_SEEDS: many = count } = process.env;
  if (one !== undefined) return [Number(one)];
  return Array.from({ length: Number(many) }, (_, index) => index + 1);
}
