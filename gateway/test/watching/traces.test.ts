import * as api from '@opentelemetry/api';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';
import { blocksOf } from '../../../test/docs/blocks';
import type { Gateway, GatewayOptions } from '../../src';
import { createGateway } from '../../src/gateway';
import { plain } from '../core/support';
import { startTracing } from './tracer';

/** The program of docs/monitoring.md, at a free port. */
async function startDocumented(options: GatewayOptions): Promise<Gateway> {
  const block = blocksOf('docs/monitoring.md').find(({ marks }) => marks.includes('traces'));
  const code = ts.transpile((block?.code ?? '').replace('await gateway.listen();', ''), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
  });
  const modules: Record<string, unknown> = {
    '@opentelemetry/api': api,
    'toporia-gateway': {
      createGateway: (own: GatewayOptions) =>
        createGateway({ ...own, ...options, host: '127.0.0.1', port: 0 }),
    },
  };
  const exported: { gateway?: Gateway } = {};
  new Function('require', 'exports', code)((name: string) => modules[name], exported);
  const { gateway } = exported;
  if (!gateway) throw new Error('the program made no gateway');
  onTestFinished(() => gateway.close());
  return gateway.listen();
}

it('the program of the documentation traces requests, events, joins and messages', async () => {
  const ended = startTracing();
  const gateway = await startDocumented({ api_key: 'the-key' });
  const fault = new Error('no such order');
  gateway.of('/').on('order', async (_data, { broadcast }) => {
    await new Promise((resolve) => setImmediate(resolve));
    broadcast('room', 'ordered', 1);
    throw fault;
  });
  const one = await plain(gateway);
  await one.ask('join', 'room');
  await one.ask('order', 5);
  const response = await fetch(`${gateway.url}/api/broadcast`, {
    method: 'POST',
    headers: { authorization: 'Bearer the-key', traceparent: '00-backend-caller-01' },
    body: JSON.stringify({ channel: 'room', event: 'news', data: 1 }),
  });
  expect(response.status).toBe(200);
  await one.next('news');
  const byName = new Map(ended.map((span) => [span.name, span]));
  expect([...byName.keys()].sort()).toEqual(
    [
      'authorize',
      'event join',
      'event order',
      'publish ordered',
      'POST /api/broadcast',
      'publish news',
    ].sort(),
  );
  expect(byName.get('authorize')).toMatchObject({ parent: 'span-event join', attributes: { room: 'room' } });
  expect(byName.get('publish ordered')).toMatchObject({
    parent: 'span-event order',
    trace: 'trace-event order',
  });
  expect(byName.get('event order')).toMatchObject({
    parent: undefined,
    status: { code: api.SpanStatusCode.ERROR, message: 'internal' },
    exceptions: [fault],
  });
  expect(byName.get('POST /api/broadcast')).toMatchObject({ trace: 'backend', parent: 'caller' });
  expect(byName.get('publish news')).toMatchObject({ trace: 'backend', parent: 'span-POST /api/broadcast' });
});
