import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { run } from '../support/run';

const { project } = inject('packed');
const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
const folder = join(project, 'types');

const CONSUMER = `
import { ToporiaRealtime, RealtimeError } from 'toporia-realtime';
import { ToporiaConnector, type ToporiaEcho } from 'toporia-realtime/echo';
import { createGateway } from 'toporia-gateway';
import { startTestGateway } from 'toporia-gateway/testing';
import { createPublisher, PublishError, type Publisher } from 'toporia-gateway/publisher';

interface FromServer { 'message.sent': (message: { text: string }) => void }
interface ToServer { 'message.sent': (message: { text: string }, ack?: (reply: { saved: boolean }) => void) => void }

const realtime = new ToporiaRealtime<FromServer, ToServer>('http://localhost:3000/chat');
realtime.on('message.sent', ({ text }) => text.toUpperCase());
realtime.emit('message.sent', { text: 'hello' });
// @ts-expect-error No such event.
realtime.emit('message.send', { text: 'hello' });
// @ts-expect-error No such field.
realtime.on('message.sent', ({ txt }) => txt);
export const joined: Promise<unknown> = realtime.join('room');
export const isOurs = (error: unknown) => error instanceof RealtimeError && error.code;

export const hear = ({ connector }: ToporiaEcho) => connector.privateChannel('orders').whisper('typing');
export const connector = new ToporiaConnector({ client: new ToporiaRealtime('http://localhost:3000') });

const gateway = createGateway({ port: 0 });
gateway.broadcast('room', 'message.sent', { text: 'hello' }).id.toUpperCase();
export const publisher: Publisher = createPublisher({ url: 'http://localhost:3000', key: 'key' });
export const again = (error: unknown) => error instanceof PublishError && error.maybePublished;
export const url: Promise<string> = startTestGateway().then((started) => started.url);
`;

const OPTIONS = {
  target: 'ES2022',
  lib: ['ES2022', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'],
  strict: true,
  noEmit: true,
  types: [],
};

beforeAll(() => {
  mkdirSync(folder);
  for (const ending of ['mts', 'cts']) writeFileSync(join(folder, `consumer.${ending}`), CONSUMER);
});

describe('a TypeScript project with the packed types', () => {
  test.each([
    ['an ES module of Node', 'mts', { module: 'node16', moduleResolution: 'node16' }],
    ['a CommonJS module of Node', 'cts', { module: 'node16', moduleResolution: 'node16' }],
    ['a bundler', 'mts', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('type-checks as %s', async (title, ending, more) => {
    const config = join(folder, `tsconfig.${title.replaceAll(' ', '-')}.json`);
    const compilerOptions = { ...OPTIONS, ...more };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [`consumer.${ending}`] }));
    const { code, stdout } = await run(tsc, ['-p', config]);
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });
});
