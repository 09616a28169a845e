import { spawn } from 'node:child_process';
import ts from 'typescript';
import { onTestFinished } from 'vitest';
import { blocksOf, root } from '../docs/blocks';
import { EventLog } from '../support/event-log';

/** The guide's blocks of code, by the name that follows the kind. */
export const guide = new Map(
  blocksOf('docs/migration.md').map(({ kind, marks, code }) => [marks[0] ?? kind, code]),
);

export interface Program {
  /** What it has printed, each line as an entry. */
  lines: EventLog;
  /** Resolves with the next line that is this one; rejects when the program ends before that. */
  until(line: string, count?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs blocks of the guide as one module of Node, gone when the test ends. `addresses` are what stands in the guide, and
 * what stands in for it.
 */
export function start(names: readonly string[], addresses: Record<string, string | number>): Program {
  const text = names.map((name) => block(name)).join('\n');
  const code = Object.entries(addresses).reduce(
    (changed, [from, to]) => changed.replaceAll(from, String(to)),
    ts.transpile(text, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }),
  );
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { cwd: root });
  const lines = new EventLog();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) lines.note(line);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = closed.then(() => {
    throw new Error(`${names.join(', ')} ended: ${errors}${lines.names.join('\n')}`);
  });
  failed.catch(() => {});
  const stop = () => {
    child.kill('SIGKILL');
    return closed;
  };
  onTestFinished(stop);
  return {
    lines,
    until: async (line, count) => void (await Promise.race([lines.until(line, count), failed])),
    stop,
  };
}

function block(name: string): string {
  const code = guide.get(name);
  if (code === undefined) throw new Error(`docs/migration.md has no block ${name}`);
  return code;
}
