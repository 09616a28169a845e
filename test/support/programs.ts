import { describe, test } from 'vitest';
import { type ProgramName, program } from './find-program';

export { program };

declare module 'vitest' {
  interface TaskMeta {
    /** Programs that the suite was skipped for want of. */
    missing?: readonly ProgramName[];
  }
}

/**
 * A `describe` whose tests need programs. Where one is missing the tests are skipped, and the end of the run says
 * so; with `TOPORIA_TEST_REQUIRE=all` that is a failure instead.
 */
export function describeWith(
  names: ProgramName | readonly ProgramName[],
  title: string,
  tests: () => void,
): void {
  const missing = [names].flat().filter((name) => !program(name).found);
  if (missing.length === 0) {
    describe(title, tests);
  } else if (process.env.TOPORIA_TEST_REQUIRE === 'all') {
    describe(title, () => {
      test.each(missing)('needs %s', (name) => {
        throw new Error(`${name} is missing: ${program(name).install}`);
      });
    });
  } else {
    describe(title, { skip: true, meta: { missing } }, tests);
  }
}
