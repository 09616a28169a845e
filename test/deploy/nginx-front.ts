import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Nginx } from '../support/nginx';
import { unusedPort } from '../support/unused-port';

const read = (name: string) => readFileSync(new URL(`../../deploy/nginx/${name}`, import.meta.url), 'utf8');

interface Certificate {
  cert: string;
  key: string;
}

/** The text with what is to be replaced replaced, all of which has to be there. */
function rendered(text: string, changes: readonly [what: RegExp, by: string][]): string {
  return changes.reduce((before, [what, by]) => {
    const after = before.replace(what, by);
    if (after === before) throw new Error(`there is no ${what} in the file`);
    return after;
  }, text);
}

/** The list of the gateways, with those on these ports in place of its own two. */
function listOf([first, second]: readonly number[]): string {
  return rendered(read('toporia-gateways.list'), [
    [/:3000 /, `:${first} `],
    [/:3001 /, `:${second} `],
  ]);
}

/**
 * What `deploy/nginx` has for the block `http`, for two gateways on these ports of this machine. Without a certificate it serves
 * plain HTTP.
 */
export function deployedConfig(
  gateways: readonly number[],
  ports: { http: number; https: number },
  certificate?: Certificate,
): string {
  return rendered(read('toporia-gateway.conf'), [
    [/include toporia-gateways\.list;/g, listOf(gateways)],
    [/listen 80;/, `listen ${ports.http};`],
    [/listen 443 ssl http2;/, `listen ${ports.https}${certificate ? ' ssl http2' : ''};`],
    ...(certificate
      ? ([
          [/\/etc\/ssl\/\S+fullchain\.pem/, certificate.cert],
          [/\/etc\/ssl\/\S+privkey\.pem/, certificate.key],
        ] as const)
      : ([[/ *ssl_certificate.*\n/g, '']] as const)),
    [/location = \/health \{/, '$& add_header X-Worker $$pid;'],
  ] as [RegExp, string][]);
}

/** An nginx as `deploy/nginx` has it, before two gateways on these ports. It is gone when the test ends. */
export async function startDeployedNginx(gateways: readonly number[], certificate?: Certificate) {
  const http = await unusedPort();
  const config = (ports: readonly number[]) => (https: number) =>
    deployedConfig(ports, { http, https }, certificate);
  const nginx = await Nginx.start(config(gateways));
  onTestFinished(() => nginx[Symbol.asyncDispose]());
  return {
    url: certificate ? `https://127.0.0.1:${nginx.port}` : nginx.url,
    /** Which leads to the other. */
    httpUrl: `http://127.0.0.1:${http}`,
    /** Resolves when new workers have taken over. */
    async reload(): Promise<void> {
      const worker = async () => (await fetch(`${nginx.url}/health`)).headers.get('x-worker');
      const before = await worker();
      await nginx.reload();
      // A worker that goes may close a kept connection just as it is used again.
      while ((await worker().catch(() => before)) === before) await after(20);
    },
  };
}
