import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface StaticServer {
  url: string;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  map: 'application/json',
};

/** All files of a folder, as pages. */
export function pagesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), path]));
}

/**
 * Serves pages on a free port: a path, with or without its query, is answered with the file, or with the
 * text where it begins with `<`.
 */
export async function serve(pages: Readonly<Record<string, string>>): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const page = pages[request.url ?? ''] ?? pages[path];
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const inline = page.startsWith('<');
    const type = TYPES[inline ? 'html' : (page.split('.').at(-1) ?? '')] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` });
    response.end(inline ? page : readFileSync(page));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
