import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { describe, expect, inject, test } from 'vitest';
import { run } from '../support/run';

const packed = inject('packed');
const bin = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

const installed = (name: string) => join(packed.project, 'node_modules', name);

/** All files of an installed package, without the packages installed inside of it. */
function filesOf(name: string): string[] {
  return readdirSync(installed(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed(name).length + 1))
    .filter((file) => !file.startsWith('node_modules/'));
}

const PACKAGES = [
  ['toporia-realtime', packed.sdk],
  ['toporia-gateway', packed.gateway],
] as const;

describe.each(PACKAGES)('%s', (name, tarball) => {
  const files = filesOf(name);
  const read = (file: string) => readFileSync(join(installed(name), file), 'utf8');

  test('holds what a user needs and nothing else', () => {
    const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+)$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']));
    expect(files.filter((file) => /\.(js|cjs|d\.ts|d\.cts|map|html)$/.test(file)).length).toBe(
      files.filter((file) => file.startsWith('dist/')).length,
    );
  });

  test('has a map with its sources for each script', () => {
    for (const file of files.filter((file) => /\.c?js$/.test(file))) {
      expect(read(file), file).toContain(`//# sourceMappingURL=${file.split('/').at(-1)}.map`);
      const { sources, sourcesContent } = JSON.parse(read(`${file}.map`));
      expect(sourcesContent, file).toHaveLength(sources.length);
      expect(sourcesContent, file).not.toContain(null);
    }
  });

  test('has types that need no file outside of it', () => {
    for (const file of files.filter((file) => /\.d\.c?ts$/.test(file))) {
      const imports = [...read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map(
        ([, path]) => path,
      );
      for (const path of imports) {
        const target = join(dirname(join(installed(name), file)), path ?? '');
        const types = target.replace(/\.(c?)js$/, '.d.$1ts');
        expect(statSync(types).isFile(), `${file} imports ${path}`).toBe(true);
        expect(types.startsWith(installed(name))).toBe(true);
      }
    }
  });

  test('is clean for publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed(name), strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has types that are right for each way of resolving', async () => {
    const { code, stdout, stderr } = await run(join(bin, 'attw'), [
      tarball,
      '--profile',
      'node16',
      '--no-color',
    ]);
    expect(code, stdout + stderr).toBe(0);
  });
});

test.each([
  ['ES modules', /(?<!min)\.js$/],
  ['CommonJS modules', /\.cjs$/],
  ['script tag builds', /\.min\.js$/],
])('the maps of the %s lead to the sources', (_title, ending) => {
  // A text that no minifier changes.
  const text = '1 to 200 of A-Z';
  const scripts = filesOf('toporia-realtime')
    .filter((file) => ending.test(file))
    .map((file) => join(installed('toporia-realtime'), file))
    .filter((path) => readFileSync(path, 'utf8').includes(text));
  expect(scripts).not.toEqual([]);
  for (const path of scripts) {
    const lines = readFileSync(path, 'utf8').split('\n');
    const line = lines.findIndex((code) => code.includes(text));
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')));
    const entry = map.findEntry(line, lines[line]?.indexOf(text) ?? 0);
    if (!('originalSource' in entry)) throw new Error(`${text} has no place in the map of ${path}`);
    expect(entry.originalSource).toContain('src/client/');
    const original = map.payload.sourcesContent[map.payload.sources.indexOf(entry.originalSource)];
    expect(original?.split('\n')[entry.originalLine]).toContain(text);
  }
});

test('the types of the SDK do not show its internal members', () => {
  for (const file of filesOf('toporia-realtime').filter((file) => /\.d\.c?ts$/.test(file))) {
    const types = readFileSync(join(installed('toporia-realtime'), file), 'utf8');
    expect(types.match(/^\s+(?:static |readonly |get |set )*_[a-z]\w*/gm) ?? [], file).toEqual([]);
  }
});

test.each(['js', 'cjs'])(
  'React Server Components are told first that react.%s belongs to the browser',
  (ending) => {
    const code = readFileSync(join(installed('toporia-realtime'), 'dist', `react.${ending}`), 'utf8');
    const { statements } = ts.createSourceFile('react.js', code, ts.ScriptTarget.ES2022, true);
    expect(statements[0]?.getText()).toBe("'use client';");
  },
);

test('the gateway brings the demo and both script tag builds', () => {
  expect(filesOf('toporia-gateway')).toEqual(
    expect.arrayContaining([
      'dist/demo/index.html',
      'dist/demo/toporia-realtime.umd.min.js',
      'dist/demo/toporia-realtime.umd.min.js.map',
      'dist/demo/toporia-realtime.slim.umd.min.js',
      'dist/demo/toporia-realtime.slim.umd.min.js.map',
    ]),
  );
});
