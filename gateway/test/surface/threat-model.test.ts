import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const text = readFileSync(new URL('SECURITY.md', root), 'utf8');

/** The threats, each with the tests that show what stops it. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|-)/.test(line))
  .map((line) => line.split(' | '))
  .map(([threat = '', measure = '', tests = '', ...rest]) => ({
    threat: threat.slice(2),
    measure,
    tests,
    rest,
  }));

/** The files in a row's last column, with the title that follows each, where one does. */
const named = (tests: string) =>
  [...tests.matchAll(/`([^`]+)`(?: "([^"]+)")?/g)].map(([, file = '', title]) => ({ file, title }));

describe('the threat model', () => {
  it('has for each threat what stops it and who shows it', () => {
    expect(rows.length).toBeGreaterThan(25);
    for (const { threat, measure, tests, rest } of rows) {
      expect(measure, threat).toMatch(/\w{3}/);
      expect(named(tests).length, threat).toBeGreaterThan(0);
      expect(rest, threat).toEqual([]);
    }
  });

  it.each(rows)('$threat: its tests exist, by their names', ({ tests }) => {
    for (const { file, title } of named(tests)) {
      expect(file).toMatch(/^gateway\/test\/.+\.test\.ts$/);
      const url = new URL(file, root);
      expect(existsSync(url), file).toBe(true);
      if (title) expect(readFileSync(url, 'utf8'), file).toContain(title);
    }
  });
});
