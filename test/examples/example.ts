import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { userEnvironment } from '../support/packed';
import { type Outcome, run } from '../support/run';

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** What is not the example's own, and what a build or an install has left there. */
const LEFT_OVERS = /^(node_modules|dist|\.next|\.expo|package-lock\.json)$/;

/** An example as a user has it: in a folder of its own, with its dependencies installed. */
export class Example {
  private constructor(
    readonly folder: string,
    private readonly manifest: Manifest,
  ) {}

  /** Copies an example and runs a real `npm install` there, with the packed SDK and gateway in place of the published. */
  static async install(name: string, { without = [] as readonly string[] } = {}): Promise<Example> {
    const source = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
    const packed = inject('packed');
    // Removed with the tarballs at the end of the run.
    const folder = mkdtempSync(join(dirname(packed.sdk), `${name}-`));
    cpSync(source, folder, { recursive: true, filter: (path) => !LEFT_OVERS.test(basename(path)) });

    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const tarballs = { 'toporia-realtime': packed.sdk, 'toporia-gateway': packed.gateway };
    for (const dependencies of [manifest.dependencies, manifest.devDependencies ?? {}]) {
      for (const [dependency, tarball] of Object.entries(tarballs)) {
        if (dependency in dependencies) dependencies[dependency] = `file:${tarball}`;
      }
      for (const dependency of without) delete dependencies[dependency];
    }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));

    const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, stderr } = await run('npm', args, { cwd: folder, env: userEnvironment() });
    if (code !== 0) {
      throw new Error(
        `npm install failed in a copy of examples/${name}; is the registry reached?\n${stderr}`,
      );
    }
    return new Example(folder, manifest);
  }

  /** What `npm run <script>` would run, without npm and a shell between. */
  command(script: string, ...more: string[]): [program: string, args: string[]] {
    const [program = '', ...args] = this.manifest.scripts[script]?.split(' ') ?? [];
    return [program === 'node' ? process.execPath : this.bin(program), [...args, ...more]];
  }

  bin(program: string): string {
    return join(this.folder, 'node_modules/.bin', program);
  }

  /** Runs a script to its end. */
  run(script: string, { args = [] as string[], env = {} as NodeJS.ProcessEnv } = {}): Promise<Outcome> {
    const [program, all] = this.command(script, ...args);
    return run(program, all, { cwd: this.folder, env: { ...userEnvironment(), ...env } });
  }
}
