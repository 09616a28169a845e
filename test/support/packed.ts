import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Packed {
  /** A project that has both packages installed from their tarballs, and nothing else. */
  project: string;
  /** The tarballs. */
  sdk: string;
  gateway: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The environment as a user has it, without the settings that an outer `npm test` puts there. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

function npm(args: readonly string[], cwd: string): string {
  const env = userEnvironment();
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function pack(source: string, destination: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', destination];
  return join(destination, npm(args, source).trim().split('\n').at(-1) ?? '');
}

/** Packs both packages as they would be published, and installs them in an empty project. */
export function packBoth(folder: string): Packed {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('Nothing to pack: run "npm run build" first');
  const sdk = pack(root, folder);
  const gateway = pack(join(root, 'gateway'), folder);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', sdk, gateway], project);
  return { project, sdk, gateway };
}
