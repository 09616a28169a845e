import { execFile } from 'node:child_process';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; never rejects for its exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  return new Promise<Outcome>((resolve, reject) => {
    const child = execFile(program, args, { ...options, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Runs a module in a Node of its own, in `cwd`, and returns what it passed to `report()`. */
export async function runScript(
  code: string,
  cwd: string,
  kind: 'module' | 'commonjs' = 'module',
): Promise<unknown> {
  const prelude = 'const report = (value) => process.stdout.write(JSON.stringify(value));\n';
  const {
    code: status,
    stdout,
    stderr,
  } = await run(process.execPath, [`--input-type=${kind}`, '--eval', prelude + code], { cwd });
  if (status !== 0 || stderr) throw new Error(`The script failed with ${status}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}
