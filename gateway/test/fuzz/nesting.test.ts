import { describe, expect, it } from 'vitest';
import { MAX_NESTING } from '../../src/nesting';
import { plain, startGateway, type TestClient } from '../core/support';

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);
const nestedObject = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const TOO_DEEP = {
  error: {
    code: 'invalid_payload',
    message: `The data is nested deeper than ${MAX_NESTING} levels; send it flatter.`,
  },
};

/** Sends an event as it stands, which the client's own encoder could not, and resolves with its acknowledgement. */
function askRaw({ socket }: TestClient, json: string): Promise<unknown> {
  const { engine } = socket.io;
  return new Promise((resolve) => {
    const onData = (data: unknown) => {
      if (typeof data !== 'string' || !data.startsWith('3777[')) return;
      engine.off('data', onData);
      resolve(JSON.parse(data.slice(4))[0]);
    };
    engine.on('data', onData);
    engine.write(`2777${json}`);
  });
}

describe('data that is nested', () => {
  it(`up to ${MAX_NESTING} levels goes through, in a batch too`, async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    for (const each of [a, b]) await each.ask('join', 'r');
    expect(await askRaw(a, `["message",${nested(MAX_NESTING)}]`)).toEqual({ status: 'ok' });
    expect(await askRaw(a, `["message",${nestedObject(MAX_NESTING)}]`)).toEqual({ status: 'ok' });
    expect(await askRaw(a, `["batch",[["message",${nested(MAX_NESTING)}]]]`)).toMatchObject({
      results: [{ status: 'ok' }],
    });
    gateway.broadcast('r', 'end');
    const came = await b.before('end');
    expect(came.map(([, data]) => JSON.stringify(data))).toEqual([
      nested(MAX_NESTING),
      nestedObject(MAX_NESTING),
      nested(MAX_NESTING),
    ]);
  });

  it.each([MAX_NESTING + 1, 2_000, 5_000, 20_000, 200_000])(
    '%i levels is refused in every event, and reaches nobody',
    async (depth) => {
      const errors: unknown[] = [];
      const logger = {
        debug() {},
        info() {},
        warn() {},
        error: (details: object) => void errors.push(details),
      };
      const gateway = await startGateway({}, { logger });
      gateway.of('/').on('handled', () => 'never');
      const [a, b] = [await plain(gateway), await plain(gateway)];
      for (const each of [a, b]) await each.ask('join', 'presence-1');
      b.clear();
      for (const event of ['message', 'handled', 'join', 'subscribe', 'leave', 'auth', 'presence.update']) {
        expect(await askRaw(a, `["${event}",${nested(depth)}]`)).toEqual(TOO_DEEP);
        expect(
          await askRaw(a, `["${event}",1,${nestedObject(depth / 10 > MAX_NESTING ? 2_000 : depth)}]`),
        ).toEqual(TOO_DEEP);
      }
      const info = `{"room":"presence-1","user_info":${nested(depth)}}`;
      expect(await askRaw(a, `["presence.update",${info}]`)).toEqual(TOO_DEEP);
      expect(await askRaw(a, `["batch",[["message",${nested(depth)}],["message",1]]]`)).toEqual({
        status: 'ok',
        count: 2,
        results: [TOO_DEEP, { status: 'ok' }],
      });
      expect(await askRaw(a, `["batch",${nested(depth)}]`)).toMatchObject({
        error: { code: 'invalid_payload' },
      });
      gateway.broadcast('presence-1', 'end');
      expect(await b.before('end')).toEqual([['message', 1]]);
      expect(errors).toEqual([]);
    },
  );

  it('is refused as JSON within a text, where others would be shown it', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await b.ask('join', 'presence-1');
    for (const depth of [MAX_NESTING + 1, 4_000, 100_000]) {
      const channel_data = `{"user_info":${nested(depth)}}`;
      expect(await a.ask('join', { room: 'presence-1', channel_data })).toEqual({
        error: {
          code: 'invalid_payload',
          message: `user_info must be nested at most ${MAX_NESTING} levels.`,
        },
        room: 'presence-1',
      });
    }
    gateway.broadcast('presence-1', 'end');
    expect(await b.before('end')).toEqual([]);
  });
});
