import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_NAMES } from '../../gateway/src/config/names';
import { root } from './blocks';

const manifest: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

const PACKAGES = new Set([
  'toporia-realtime',
  'toporia-gateway',
  'socket.io-client',
  'laravel-echo',
  'ioredis',
  '@socket.io/redis-streams-adapter',
  'react',
  'vue',
]);
const FLAGS = new Set(SETTING_NAMES.map(({ flag }) => flag));
const VARIABLES = new Set(SETTING_NAMES.map(({ env }) => env));

/** One entry a form of command; each says what is wrong with the words after it, if anything. */
const FORMS: readonly [form: RegExp, problem: (rest: string) => string | undefined][] = [
  [/^npm (ci|install-ci-test)$/, () => undefined],
  [/^npm (?:run )?(?=start$|test$)/, (script) => scriptProblem(script)],
  [/^npm run /, (script) => scriptProblem(script)],
  [/^npm (?:install|i) (?:-D |--save-dev )?/, (names) => unknown('package', names.split(' '), PACKAGES)],
  [/^npx vitest run /, () => undefined],
  [/^npx rollup -c --configOnly=(sdk|umd|gateway)$/, () => undefined],
  [/^npx toporia-gateway serve ?/, (flags) => flagProblem(flags)],
  [/^npx toporia-gateway (publish|listen) /, () => undefined],
  [/^(git clone|cd) \S+$/, () => undefined],
  [/^(node|tsx) [\w./-]+\.(m?js|ts)$/, () => undefined],
];

function unknown(
  what: string,
  words: readonly string[],
  known: ReadonlySet<string | undefined>,
): string | undefined {
  const strange = words.find((word) => word !== '' && !known.has(word));
  return strange === undefined ? undefined : `there is no ${what} ${strange}`;
}

function scriptProblem(script: string): string | undefined {
  return unknown('script', [script.split(' ')[0] ?? ''], new Set(Object.keys(manifest.scripts)));
}

function flagProblem(flags: string): string | undefined {
  const names = [...flags.matchAll(/--([\w-]+)/g)].map(([, name]) => name ?? '');
  return unknown('flag', names, FLAGS);
}

/** Settings before a command, such as `JWT_SECRET=… npx …`. */
const ASSIGNMENTS = /^(?:export )?((?:[A-Z_]+=(?:"[^"]*"|'[^']*'|\S*)\s*)+)/;

function lineProblem(line: string): string | undefined {
  const assignments = ASSIGNMENTS.exec(line)?.[1] ?? '';
  const names = [...assignments.matchAll(/(?:^|\s)([A-Z_]+)=/g)].map(([, name]) => name ?? '');
  const problem = unknown('variable', names, VARIABLES);
  const command = line.replace(ASSIGNMENTS, '');
  if (problem !== undefined || command === '') return problem;
  const found = FORMS.find(([form]) => form.test(command));
  return found ? found[1](command.replace(found[0], '')) : 'that is not a command which the docs may use';
}

function lines(code: string): string[] {
  return code
    .replaceAll('\\\n', ' ')
    .split(/\n|\s&&\s/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

/** What is wrong with the commands of a block, that is not also a `curl` which is run. */
export function commandProblems(code: string): string[] {
  return lines(code)
    .filter((line) => !line.startsWith('curl '))
    .flatMap((line) => {
      const problem = lineProblem(line);
      return problem === undefined ? [] : [`${line}: ${problem}`];
    });
}

/** What is wrong with a list of `NAME=value` lines. */
export function variableProblems(code: string): string[] {
  return lines(code)
    .map((line) => line.split('=')[0] ?? '')
    .filter((name) => !VARIABLES.has(name))
    .map((name) => `there is no variable ${name}`);
}

export function curls(code: string): string[] {
  return lines(code).filter((line) => line.startsWith('curl '));
}
