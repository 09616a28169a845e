import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { resolveSettings, unknownVariables } from '../../gateway/src/config';
import { longestEnd } from '../../gateway/src/shutdown';
import { program } from '../support/programs';
import { run } from '../support/run';

/** Path of a file in `deploy/`. */
export function deployed(name: string): string {
  return fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
}

export function textOf(name: string): string {
  return readFileSync(deployed(name), 'utf8');
}

/** What a few lines of Python print as JSON about a file in `deploy/`, whose path is `sys.argv[1]`. */
async function inPython<T>(lines: string, name: string): Promise<T> {
  const { code, stdout, stderr } = await run(program('python3-yaml').path, ['-c', lines, deployed(name)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

export function documentsOf<T>(name: string): Promise<T[]> {
  return inPython(
    'import json, sys, yaml; print(json.dumps([*yaml.safe_load_all(open(sys.argv[1]))]))',
    name,
  );
}

/** The sections of a file that supervisor reads, in the way in which it does. */
export function sectionsOf(name: string): Promise<Record<string, Record<string, string>>> {
  const lines = `import configparser, json, sys
parser = configparser.RawConfigParser(inline_comment_prefixes=(';', '#'))
parser.read_file(open(sys.argv[1]))
print(json.dumps({name: dict(parser[name]) for name in parser.sections()}))`;
  return inPython(lines, name);
}

/** All of them have to be the gateway's; ms that it then may take to end. */
export function endingTime(env: Record<string, string>): number {
  expect(unknownVariables(env)).toEqual([]);
  return longestEnd(resolveSettings({ env }));
}

/** Ms for everything to end by itself after that. */
export const GRACE = 2_000;
