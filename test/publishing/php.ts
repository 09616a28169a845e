import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { program } from '../support/programs';
import { run } from '../support/run';

/** The path of an example. */
export function phpFile(name: string): string {
  return fileURLToPath(new URL(`../../examples/php/${name}.php`, import.meta.url));
}

/** Runs an example to its end, which has to be a good one, and gives what it prints. */
export async function php(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const outcome = await run(program('php').path, ['-d', 'display_errors=stderr', phpFile(name), ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  return outcome.stdout.trim();
}
