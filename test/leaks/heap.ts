import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { run } from '../support/run';

const script = fileURLToPath(new URL('heap-child.mjs', import.meta.url));
/** What one closure takes. */
const LEAST_LEAK = 64;
/** What the heap of a process that does nothing may differ by. */
const NOISE = 50_000;
/** Optimized code comes and goes on the same heap, and would hide what is looked for. */
const FLAGS = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-flush-bytecode'];

/** Takes the last build. */
export async function heapStaysFlat(times: number): Promise<void> {
  const { code, stdout, stderr } = await run(process.execPath, [...FLAGS, script, `${times}`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { bytes, timers } = JSON.parse(stdout) as { bytes: number; timers: number };
  console.log(`${bytes} bytes in ${times} times, ${(bytes / times).toFixed(1)} each`);
  expect(bytes).toBeLessThan(NOISE + times * LEAST_LEAK);
  expect(timers).toBeLessThanOrEqual(0);
}
