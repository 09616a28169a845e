import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Wanted {
  /** Full paths, or names that are looked for on the PATH; the first that serves is taken. */
  candidates: () => readonly (string | undefined)[];
  install: string;
  serves?: (path: string) => boolean;
}

const imports = (module: string) => (python: string) =>
  spawnSync(python, ['-c', `import ${module}`]).status === 0;

const WANTED = {
  chromium: {
    candidates: () => [
      process.env.CHROMIUM,
      '/usr/bin/chromium',
      'chromium',
      'chromium-browser',
      'google-chrome',
    ],
    install: 'apt-get install chromium, or set CHROMIUM to a Chrome',
  },
  /** The distribution's Python first: another on the PATH would lack its modules. */
  python: {
    candidates: () => [process.env.PYTHON, '/usr/bin/python3', 'python3'],
    install: 'apt-get install python3-socketio python3-requests python3-websocket python3-aiohttp',
    serves: imports('socketio'),
  },
  'redis-server': { candidates: () => ['redis-server'], install: 'apt-get install redis-server' },
  nginx: { candidates: () => ['nginx', '/usr/sbin/nginx'], install: 'apt-get install nginx' },
  php: {
    candidates: () => ['php'],
    install: 'apt-get install php-cli php-redis php-curl',
    serves: (php) =>
      spawnSync(php, ['-r', "exit(extension_loaded('curl') && extension_loaded('redis') ? 0 : 1);"])
        .status === 0,
  },
  'python3-yaml': {
    candidates: () => [process.env.PYTHON, '/usr/bin/python3', 'python3'],
    install: 'apt-get install python3-yaml',
    serves: imports('yaml'),
  },
  'systemd-analyze': { candidates: () => ['systemd-analyze'], install: 'apt-get install systemd' },
  openssl: { candidates: () => ['openssl'], install: 'apt-get install openssl' },
} satisfies Record<string, Wanted>;

export type ProgramName = keyof typeof WANTED;

export interface Program {
  name: ProgramName;
  found: boolean;
  /** Where it is; throws with how to install it where it isn't. */
  readonly path: string;
  /** How to install it. */
  install: string;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find({ candidates, serves }: Wanted): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = candidates()
    .filter((name) => name !== undefined)
    .flatMap((name) => (name.includes('/') ? [name] : folders.map((folder) => join(folder, name))));
  return paths.find((path) => executable(path) && (serves?.(path) ?? true));
}

const known = new Map<ProgramName, Program>();

/** Looks for a program that some tests need and that npm doesn't install. */
export function program(name: ProgramName): Program {
  const seen = known.get(name);
  if (seen) return seen;
  const path = find(WANTED[name]);
  const { install } = WANTED[name];
  const result: Program = {
    name,
    found: path !== undefined,
    install,
    get path() {
      if (path === undefined) throw new Error(`${name} is missing: ${install}`);
      return path;
    },
  };
  known.set(name, result);
  return result;
}
