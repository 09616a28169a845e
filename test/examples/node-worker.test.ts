import { beforeAll, expect, test } from 'vitest';
import { unusedPort } from '../support/realtime-pair';
import { Example } from './example';
import { Running } from './running';

let example: Example;

beforeAll(async () => {
  example = await Example.install('node-worker');
});

async function startGateway(port: number): Promise<Running> {
  const gateway = new Running(example, 'gateway', { REALTIME_SOCKETIO_PORT: String(port) });
  await gateway.until(/listening on/);
  return gateway;
}

async function startBoth(): Promise<{ gateway: Running; worker: Running; env: { GATEWAY_URL: string } }> {
  const port = await unusedPort();
  const gateway = await startGateway(port);
  const env = { GATEWAY_URL: `http://127.0.0.1:${port}` };
  const worker = new Running(example, 'dev', env);
  await worker.until(/waits for jobs/);
  return { gateway, worker, env };
}

test('the worker does the jobs that it is sent', async () => {
  const { worker, env } = await startBoth();
  expect(await example.run('job', { args: ['four words in all'], env })).toMatchObject({
    code: 0,
    stdout: '4 words\n',
    stderr: '',
  });
  await worker.until(/^job\.done: /);
});

test('on SIGTERM it finishes the job in hand, and ends with code 0', async () => {
  const { worker, env } = await startBoth();
  const job = example.run('job', { args: ['one two'], env });
  await worker.until(/^job: /);
  worker.signal('SIGTERM');
  expect(await job).toMatchObject({ code: 0, stdout: '2 words\n' });
  expect(await worker.ended).toBe(0);
});

test('it comes back to another gateway at the same address, and works on', async () => {
  const { gateway, worker, env } = await startBoth();
  gateway.signal('SIGTERM');
  expect(await gateway.ended).toBe(0);
  await worker.until(/^reconnecting/);
  await startGateway(Number(new URL(env.GATEWAY_URL).port));
  await worker.until(/^back$/);
  expect(await example.run('job', { args: ['three more words'], env })).toMatchObject({
    stdout: '3 words\n',
  });
});

test('SIGTERM before there is a gateway ends it too', async () => {
  const worker = new Running(example, 'dev', { GATEWAY_URL: `http://127.0.0.1:${await unusedPort()}` });
  await worker.until(/^reconnecting/);
  worker.signal('SIGTERM');
  expect(await worker.ended).toBe(0);
});

test('a job without a worker is told at once', async () => {
  const port = await unusedPort();
  await startGateway(port);
  const outcome = await example.run('job', { env: { GATEWAY_URL: `http://127.0.0.1:${port}` } });
  expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('No worker is here') });
});
