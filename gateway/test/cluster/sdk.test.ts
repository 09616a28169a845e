import { describe, expect, it } from 'vitest';
import type { RealtimeError } from '../../../src';
import { open, SOON } from '../../../test/support/realtime-pair';
import { howeverLinked, type Node, pair, until } from './support';

interface Events {
  m: number;
}

/** A client of the SDK, in the room. */
async function member({ gateway }: Node, options: Parameters<typeof open>[1] = {}) {
  const realtime = open<Events, Events>(gateway.url, { ...SOON, ...options });
  const heard: number[] = [];
  const room = await realtime.join('r');
  room.on('m', (data) => heard.push(data));
  return { realtime, room, heard };
}

howeverLinked(() => {
  describe('the SDK with several gateways', () => {
    it('sends again what could not be published, where that is asked for', async () => {
      const { a, b } = await pair();
      const from = await member(a, { delivery: 'at-least-once' });
      const to = await member(b);
      await a.cut();
      const answers = [1, 2].map((i) => from.room.request('m', i));
      const refusal = await from.realtime
        .request('m', 0, { delivery: 'at-most-once' })
        .catch((error: RealtimeError) => error);
      expect(refusal).toMatchObject({ code: 'unavailable', retryable: true, retryAfter: 1_000 });
      await a.mend();
      // It has to wait for the others.
      answers.push(from.room.request('m', 3, { delivery: 'at-most-once' }));
      expect(await Promise.all(answers)).toEqual(Array(3).fill({ status: 'ok' }));
      await until(() => to.heard.length >= 3);
      expect(to.heard).toEqual([1, 2, 3]);
    });

    it('gives up when it is told to, while it waits for that', async () => {
      const { a } = await pair();
      const { room, realtime } = await member(a, { delivery: 'at-least-once' });
      await a.cut();
      await expect(room.request('m', 1, { timeout: 50 })).rejects.toMatchObject({ code: 'timeout' });
      const answer = room.request('m', 2);
      const settled = expect(answer).rejects.toMatchObject({ code: 'closed' });
      await realtime.request('m', 3, { delivery: 'at-most-once' }).catch(() => {});
      realtime.disconnect();
      await settled;
    });

    it('comes back into its rooms, and gets what it missed, once the gateway can tell it', async () => {
      const { a, b } = await pair();
      const { realtime, room, heard } = await member(a);
      const gaps: unknown[] = [];
      room.on('gap', (gap) => gaps.push(gap));
      await b.gateway.broadcast('r', 'm', 1).sent;
      await until(() => heard.length === 1);
      await a.cut();
      await b.gateway.broadcast('r', 'm', 2).sent;
      const refused = new Promise<void>((resolve) => {
        a.gateway.use(async (_event, next) => {
          const answer = (await next()) as { error?: { code: string } };
          if (answer.error?.code === 'unavailable') resolve();
        });
      });
      a.gateway.io.sockets.sockets.get(realtime.getId() as string)?.conn.close(true);
      await refused;
      await a.mend();
      await until(() => heard.length === 2);
      await b.gateway.broadcast('r', 'm', 3).sent;
      await until(() => heard.length === 3);
      expect(heard).toEqual([1, 2, 3]);
      expect(gaps).toEqual([]);
    });

    it('is told of a gap while it is connected', async () => {
      const { a, b } = await pair({}, { kept: 1 });
      const { room, heard } = await member(a);
      const gaps: unknown[] = [];
      room.on('gap', (gap) => gaps.push(gap));
      await b.gateway.broadcast('r', 'm', 1).sent;
      await until(() => heard.length === 1);
      await a.cut();
      for (const i of [2, 3]) await b.gateway.broadcast('r', 'm', i).sent;
      await a.mend();
      await b.gateway.broadcast('r', 'm', 4).sent;
      await until(() => heard.includes(4));
      expect(heard.filter((i) => i !== 3)).toEqual([1, 4]);
      expect(gaps).toHaveLength(1);
    });
  });
});
