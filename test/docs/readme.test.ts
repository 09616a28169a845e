// Every code block of the docs is executed or checked; what can be done with it depends on its kind:
//
//   bash           each line must be a command that exists; `curl` lines are run, with $REALTIME_API_KEY set
//   env            each line must set a variable that the gateway reads
//   html           is opened in Chromium, and must connect and join its room
//   js run         is run in Node up to its last statement
//   js, ts, tsx    is type-checked; `realtime`, `gateway` and `echo` need not be declared
//   json           must be JSON
//   php            must be PHP
//   svelte         must compile without a warning
//   vue            is type-checked, its template too
//   text           is not checked: the output of a command
//
// Blocks of docs/migration.md and docs/vue.md may have a name besides, and are run by test/migration and test/vue.
//
// A block of another kind is an error. http://localhost:3000 stands for a running gateway.
import type { Browser } from 'playwright-core';
import { compile } from 'svelte/compiler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../gateway/src/testing';
import { launchChromium } from '../support/chromium';
import { describeWith, program } from '../support/programs';
import { run } from '../support/run';
import { type Block, blocksOf, documents } from './blocks';
import { commandProblems, curls, variableProblems } from './commands';
import { runInChromium, runInNode } from './run-block';
import { isTypeChecked, typeProblems } from './type-check';
import { vueProblems } from './vue-check';

const API_KEY = 'key-of-the-docs';

const all = documents().flatMap(blocksOf);
const ofKind = (kind: string) => all.filter((block) => block.kind === kind);
const runnable = all.filter((block) => block.run);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ api_key: API_KEY, log_level: 'silent' });
});

afterAll(() => gateway?.stop());

test('every code block is of a kind that is checked', () => {
  const known = (kind: string) =>
    isTypeChecked(kind) || /^(bash|env|html|json|php|svelte|vue|text)$/.test(kind);
  expect(all.filter(({ kind }) => !known(kind)).map(({ at, kind }) => `${at}: ${kind}`)).toEqual([]);
  expect(runnable.filter(({ kind }) => kind !== 'js').map(({ at }) => at)).toEqual([]);
  expect(all.length).toBeGreaterThan(0);
});

/** One test a block; a page need not have blocks of every kind. */
function each<T extends { at: string }>(
  title: string,
  cases: readonly T[],
  check: (one: T) => unknown,
): void {
  if (cases.length === 0) return;
  describe(title, () => {
    test.each(cases)('$at', async (one) => {
      await check(one);
    });
  });
}

each('bash blocks have only commands that exist', ofKind('bash'), ({ code }) => {
  expect(commandProblems(code)).toEqual([]);
});

const curlCommands = ofKind('bash').flatMap(({ at, code }) =>
  curls(code).map((command) => ({ at, command })),
);

each('curl commands get an answer', curlCommands, async ({ command }) => {
  const script = command
    .replaceAll('http://localhost:3000', gateway.url)
    .replace(/^curl /, 'curl -sS --fail ');
  const env = { ...process.env, REALTIME_API_KEY: API_KEY };
  expect(await run('bash', ['-c', script], { env })).toMatchObject({ code: 0, stderr: '' });
});

each('env blocks set only variables that are read', ofKind('env'), ({ code }) => {
  expect(variableProblems(code)).toEqual([]);
});

each('json blocks are JSON', ofKind('json'), ({ code }) => {
  expect(() => JSON.parse(code)).not.toThrow();
});

describeWith('php', 'php blocks can be read by PHP', () => {
  test.each(ofKind('php'))('$at', async ({ code }) => {
    const wrapped = `if (false) {${code}}`;
    expect(await run(program('php').path, ['-r', wrapped])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});

each('svelte blocks compile', ofKind('svelte'), ({ code }) => {
  expect(compile(code, { generate: 'client' }).warnings).toEqual([]);
});

const components = ofKind('vue');
let vueChecked: Promise<Map<Block, string[]>> | undefined;

each('vue blocks have the right types', components, async (block) => {
  vueChecked ??= vueProblems(components);
  expect((await vueChecked).get(block)).toEqual([]);
});

each('js blocks that are marked run', runnable, (block) => runInNode(block, gateway));

const typed = all.filter(({ kind }) => isTypeChecked(kind));
let problems: Map<Block, string[]> | undefined;

each('blocks of code have the right types', typed, (block) => {
  problems ??= typeProblems(typed);
  expect(problems.get(block)).toEqual([]);
});

describeWith('chromium', 'html blocks connect and join', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  test.each(ofKind('html'))('$at', async (block) => {
    // One for each, which nobody else has joined.
    await using gateway = await startTestGateway({ log_level: 'silent' });
    await runInChromium(block, gateway, browser);
  });
});
