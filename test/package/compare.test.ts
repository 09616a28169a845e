import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../support/run';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test('the comparison quotes what its script measures', async () => {
  const { stdout, stderr } = await run(process.execPath, [path('bench/compare/run.mjs'), '--json']);
  expect(stderr).toBe('');
  const measured: Record<string, { lines: number; bytes: number }> = JSON.parse(stdout);
  const quoted = readFileSync(path('docs/compare.md'), 'utf8').matchAll(/^\|.*\| +(\d+) \| +([\d,]+) \|$/gm);
  const rows = [...quoted].map(([, lines, bytes]) => ({
    lines: Number(lines),
    bytes: Number(bytes?.replace(',', '')),
  }));
  const byLines = Object.values(measured).sort((a, b) => a.lines - b.lines);
  expect(rows.map(({ lines }) => lines)).toEqual(byLines.map(({ lines }) => lines));
  for (const [index, { bytes }] of byLines.entries()) {
    expect(rows[index]?.bytes, 'within a twentieth').toBeGreaterThan(bytes * 0.95);
    expect(rows[index]?.bytes, 'within a twentieth').toBeLessThan(bytes * 1.05);
  }
  expect(byLines[0]).toBe(measured['toporia-realtime']);
});
