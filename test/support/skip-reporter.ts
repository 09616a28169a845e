import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { type ProgramName, program } from './find-program';

/** The suite around a test that was skipped for want of programs. */
function lackingSuite(test: TestCase): TestSuite | undefined {
  for (let task: TestCase['parent'] = test.parent; task.type === 'suite'; task = task.parent) {
    if (task.meta().missing) return task;
  }
  return undefined;
}

class Totals {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly missing = new Map<ProgramName, Set<string>>();

  add(test: TestCase): void {
    const { state } = test.result();
    this[state === 'pending' ? 'skipped' : state]++;
    const suite = lackingSuite(test);
    for (const name of suite?.meta().missing ?? []) {
      const suites = this.missing.get(name) ?? new Set();
      this.missing.set(name, suites.add(`  ${test.module.relativeModuleId}: ${suite?.fullName}`));
    }
  }
}

/** Ends the output with what was skipped for want of a program, and with the totals in one plain line. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const totals = new Totals();
    totals.failed += errors.length;
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) totals.add(test);
      // A file that can't be loaded, or whose hooks fail, would count for nothing otherwise.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed'))
        totals.failed++;
    }
    const lines = [...totals.missing].flatMap(([name, suites]) => [
      `Skipped for want of ${name} (${program(name).install}):`,
      ...suites,
    ]);
    lines.push(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
