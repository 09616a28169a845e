import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith, program } from '../../../test/support/programs';
import { type GatewayOptions, resolveSettings } from '../../src/config';
import { startTestGateway } from '../../src/testing';
import { client, makeCertificate, temporaryFolder } from './support';

function lineOf(options: GatewayOptions): string {
  try {
    resolveSettings({ options });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}

describe('files that are no certificate', () => {
  it('are named with their setting', () => {
    const folder = temporaryFolder();
    const text = join(folder, 'text.pem');
    writeFileSync(text, 'hello');
    expect(lineOf({ ssl: true, cert: folder, key: text })).toBe(
      `cert: the file ${JSON.stringify(folder)} can't be read: it is a directory`,
    );
    expect(lineOf({ ssl: true, cert: text, key: join(folder, 'none.pem') })).toBe(
      `key: the file ${JSON.stringify(join(folder, 'none.pem'))} can't be read: there is no such file`,
    );
    expect(lineOf({ ssl: true, cert: text, key: text })).toBe(
      `cert: the file ${JSON.stringify(text)} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
    );
  });
});

describeWith('openssl', 'TLS', () => {
  it('serves https and wss', async () => {
    const files = makeCertificate(temporaryFolder());
    await using gateway = await startTestGateway({ ssl: true, ...files });
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = readFileSync(files.cert);
    const status = await new Promise((resolve, reject) => {
      get(`${gateway.url}/health`, { ca }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(200);
    const trusting = { ca } as object;
    for (const transport of ['websocket', 'polling']) {
      const socket = await client(gateway.url, { transports: [transport], ...trusting });
      expect(await socket.emitWithAck('join', { room: 'news' })).toMatchObject({ room: 'news' });
    }
  });

  it('refuses a key of another certificate, or no key, by a clear line', () => {
    const folder = temporaryFolder();
    const { cert, key } = makeCertificate(folder);
    const other = makeCertificate(folder, 'other');
    expect(lineOf({ ssl: true, cert, key: other.key })).toBe(
      `key: the file ${JSON.stringify(other.key)} is not the key of the certificate in ${JSON.stringify(cert)}`,
    );
    expect(lineOf({ ssl: true, cert, key: cert })).toBe(
      `key: the file ${JSON.stringify(cert)} holds no private key; it must be an open private key in PEM form`,
    );
    const locked = join(folder, 'locked.pem');
    execFileSync(program('openssl').path, [
      'pkey',
      '-in',
      key,
      '-aes256',
      '-passout',
      'pass:x',
      '-out',
      locked,
    ]);
    expect(lineOf({ ssl: true, cert, key: locked })).toBe(
      `key: the file ${JSON.stringify(locked)} holds a key with a passphrase; it must be an open private key in PEM form`,
    );
  });
});
