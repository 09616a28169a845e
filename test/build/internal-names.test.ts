import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plugin, rollup } from 'rollup';
import { afterEach, expect, test } from 'vitest';

const { internalNames }: { internalNames: (folder: string) => Plugin } = await import(
  new URL('../../build/internal-names.mjs', import.meta.url).href
);

let folder: string;

afterEach(() => rmSync(folder, { recursive: true }));

async function build(code: string, foreign = ''): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'toporia-names-'));
  const sources = join(folder, 'own');
  // The names are taken from the TypeScript sources, and replaced in what has become of them.
  const file = join(sources, 'entry.ts');
  mkdirSync(sources);
  writeFileSync(file, code);
  writeFileSync(join(folder, 'foreign.js'), foreign);
  const bundle = await rollup({ input: file, treeshake: false, plugins: [internalNames(sources)] });
  const { output } = await bundle.generate({ format: 'es' });
  return output[0].code;
}

/** Runs a bundle that has no imports, and returns its default export. */
async function evaluate(code: string): Promise<unknown> {
  const { default: value } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return value;
}

test('members are renamed wherever they are named, and nothing else is', async () => {
  const code = await build(`
    class Counter {
      _step = 2;
      _fallback;
      constructor(_start) { this._total = _start; }
      get _double() { return this._total * 2; }
      _add({ _step, _fallback = 1, ...rest } = this) {
        this._total += _step + _fallback;
        return { _total: this._total, rest, text: '_total of it' };
      }
    }
    const counter = new Counter(1);
    const { _total, rest: { _double: hidden, ...others }, text } = counter._add();
    export default [_total, hidden, Object.keys(others).length, text, counter?._double];
  `);
  expect(code).not.toMatch(/[.{] ?_(step|fallback|total|double|add)\b/);
  expect(await evaluate(code)).toEqual([4, undefined, 1, '_total of it', 8]);
});

test('members of other modules keep their names', async () => {
  const code = await build(
    `import { packet } from '../foreign.js';
     const own = { _sent: packet };
     export default own._sent;`,
    'export const packet = { _sent: true };',
  );
  expect(await evaluate(code)).toEqual({ _sent: true });
});

test('names that Socket.IO has as well stay', async () => {
  const code = await build('export default { _placeholder: true };');
  expect(await evaluate(code)).toEqual({ _placeholder: true });
});

test('a member that is named by a string stops the build', async () => {
  const code = `const own = { _sent: 1 }; export default '_sent' in own;`;
  await expect(build(code)).rejects.toThrow("_sent is named by a string, which the build can't rename");
});
