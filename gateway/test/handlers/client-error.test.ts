import { describe, expect, it } from 'vitest';
import { ClientError } from '../../src';
import { plain, startGateway } from '../core/support';

describe('a ClientError', () => {
  it('is told to the client as it stands, and not logged', async () => {
    const logged: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void logged.push(details),
    };
    const gateway = await startGateway({}, { logger });
    const namespace = gateway.of('/');
    namespace.on('throws', () => {
      throw new ClientError('forbidden', 'Only the host may.', { cause: new Error('a secret') });
    });
    namespace.on('rejects', async () => {
      throw new ClientError('rate_limited', 'Wait.', { retryAfter: 500 });
    });
    namespace.on('odd', () => Promise.reject(new ClientError('rejected', 'x'.repeat(5_000))));
    const a = await plain(gateway);
    expect(await a.ask('throws')).toEqual({ error: { code: 'forbidden', message: 'Only the host may.' } });
    expect(await a.ask('rejects')).toEqual({
      error: { code: 'rate_limited', message: 'Wait.', retry_after: 500 },
    });
    expect(await a.ask('odd')).toEqual({ error: { code: 'rejected', message: 'x'.repeat(1_000) } });
    expect(await a.ask('batch', [['throws'], ['message', 1]])).toMatchObject({
      results: [{ error: { code: 'forbidden' } }, { status: 'ok' }],
    });
    expect(logged).toEqual([]);
  });

  it('may come from a join policy', async () => {
    const policy = () => {
      throw new ClientError('rejected', 'The room is full.');
    };
    const gateway = await startGateway({}, { policy });
    const a = await plain(gateway);
    const error = { code: 'rejected', message: 'The room is full.' };
    expect(await a.ask('join', 'r')).toEqual({ error, room: 'r' });
    expect(await a.ask('subscribe', 'r')).toEqual({ error, channel: 'r' });
  });

  it('is no other error that looks like one', async () => {
    const gateway = await startGateway();
    const alike = Object.assign(new Error('a secret'), { name: 'ClientError', code: 'forbidden' });
    gateway.of('/').on('throws', () => {
      throw alike;
    });
    gateway.of('/').on('nothing', () => {
      throw undefined;
    });
    const a = await plain(gateway);
    for (const event of ['throws', 'nothing']) {
      expect(await a.ask(event)).toMatchObject({ error: { code: 'internal' } });
    }
  });
});
