import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILDS = ['toporia-realtime.umd.min.js', 'toporia-realtime.slim.umd.min.js'];
const NEEDED = ['index.html', 'toporia-realtime.umd.min.js'];
const FILES = ['index.html', ...BUILDS, ...BUILDS.map((name) => `${name}.map`)];

interface DemoFile {
  body: Buffer;
  headers: Record<string, string>;
}

/** The files of the demo chat, read once. */
export interface Demo {
  has(path: string): boolean;
  send(path: string, request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Reads the demo's files, by default from `dist/demo/`, where the build puts them.
 *
 * @throws {Error} when they are not there.
 */
export function loadDemo(folder = builtFolder()): Demo {
  const missing = NEEDED.find((name) => !existsSync(join(folder, name)));
  if (missing) {
    throw new Error(
      `demo: the file ${join(folder, missing)} is missing; build the package first, or leave demo off`,
    );
  }
  const files = new Map<string, DemoFile>();
  for (const name of FILES) {
    const file = join(folder, name);
    if (existsSync(file)) files.set(name === 'index.html' ? '/' : `/${name}`, readDemoFile(file));
  }
  return {
    has: (path) => files.has(path),
    send(path, request, response) {
      const file = files.get(path);
      if (!file) return;
      const unchanged = request.headers['if-none-match'] === file.headers.ETag;
      response.writeHead(unchanged ? 304 : 200, {
        ...file.headers,
        ...(!unchanged && { 'Content-Length': String(file.body.length) }),
      });
      response.end(unchanged || request.method === 'HEAD' ? undefined : file.body);
    },
  };
}

/** Built, this module is in `dist/` or in `dist/shared/`; in a test it is in `src/http/`. */
function builtFolder(): string {
  const folders = ['./demo/', '../demo/', '../../dist/demo/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return folders.find((folder) => existsSync(folder)) ?? folders[0] ?? '';
}

function readDemoFile(file: string): DemoFile {
  const isPage = file.endsWith('.html');
  // Browsers hash inline blocks after turning line ends into \n.
  const body = isPage ? Buffer.from(readFileSync(file, 'utf8').replace(/\r\n?/g, '\n')) : readFileSync(file);
  const type = isPage ? 'text/html' : file.endsWith('.map') ? 'application/json' : 'text/javascript';
  return {
    body,
    headers: {
      'Content-Type': `${type}; charset=utf-8`,
      ETag: `"${createHash('sha256').update(body).digest('base64url')}"`,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      ...(isPage && {
        'Content-Security-Policy': contentSecurityPolicy(body.toString()),
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
        // For browsers that do not know frame-ancestors.
        'X-Frame-Options': 'DENY',
      }),
    },
  };
}

/** Lets the page run its own inline blocks and the files beside it, and connect; nothing else. */
export function contentSecurityPolicy(page: string): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inlineHashes(page, 'script')].join(' '),
    ["style-src 'self'", ...inlineHashes(page, 'style')].join(' '),
    "connect-src 'self' ws: wss:",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function inlineHashes(page: string, tag: 'script' | 'style'): string[] {
  const blocks = page.matchAll(new RegExp(`<${tag}((?:\\s[^>]*)?)>([\\s\\S]*?)</${tag}\\s*>`, 'gi'));
  return [...blocks]
    .filter(([, attributes = '']) => !/\ssrc\s*=/i.test(attributes))
    .map(([, , text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
}
