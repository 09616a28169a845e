import { describe, expect, it } from 'vitest';
import { plain, SECRET } from '../core/support';
import { howeverLinked, type Node, pair, until, userAt } from './support';

const OPTIONS = { jwt_secret: SECRET, api_key: 'key' };

async function call(
  { gateway }: Node,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { Authorization: 'Bearer key' },
    body: body === undefined || body === '' ? null : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

howeverLinked(() => {
  describe('the HTTP API of any gateway', () => {
    it('publishes to the members on all, and to users', async () => {
      const { a, b } = await pair(OPTIONS);
      const far = await userAt(b, '7');
      await far.ask('join', 'r');
      const sent = await call(a, '/api/broadcast', { channel: 'r', event: 'm', data: 1 });
      expect(sent).toMatchObject({ status: 200, body: { id: expect.any(String) } });
      expect(await call(a, '/api/users/7/send', { event: 'note', data: 2 })).toMatchObject({ status: 200 });
      expect(await far.next('m')).toEqual(['m', 1]);
      expect(await far.next('note')).toEqual(['note', 2]);
    });

    it('tells what is on all', async () => {
      const { a, b } = await pair(OPTIONS);
      for (const [node, id] of [
        [a, '1'],
        [b, '2'],
        [b, '3'],
      ] as const) {
        await (await userAt(node, id)).ask('join', 'presence-r');
      }
      const expected = [{ name: 'presence-r', namespace: '/', connections: 3, users: 3 }];
      for (const node of [a, b]) {
        const { body } = await call(node, '/api/channels');
        expect(body.filter(({ name }: { name: string }) => name === 'presence-r')).toEqual(expected);
        const roster = await call(node, '/api/channels/presence-r/presence');
        expect(roster.body.map(({ user_id }: { user_id: string }) => user_id)).toEqual(['1', '2', '3']);
      }
    });

    it('kicks', async () => {
      const { a, b } = await pair(OPTIONS);
      const [one, two] = [await userAt(b, '7'), await userAt(b, '7', '/x')];
      const answer = await call(a, '/api/users/7/kick', { namespace: '/x', reason: 'spam' });
      expect(answer).toMatchObject({ status: 200, body: { connections: 1 } });
      expect(await two.next('toporia:bye')).toEqual(['toporia:bye', { code: 'kicked', reason: 'spam' }]);
      expect(await call(a, '/api/users/7/kick', '', 'POST')).toMatchObject({ body: { connections: 1 } });
      expect(await one.next('toporia:bye')).toEqual(['toporia:bye', { code: 'kicked' }]);
      for (const body of [{ reason: 7 }, [], { namespace: [] }])
        expect(await call(a, '/api/users/7/kick', body)).toMatchObject({
          status: 422,
          body: { error: { code: 'invalid_payload' } },
        });
    });

    it('says 503 while the broker can not be reached, and which messages of a list were not sent', async () => {
      const { a } = await pair(OPTIONS);
      await a.cut();
      const message = { channel: 'r', event: 'm', data: 1 };
      const error = {
        code: 'unavailable',
        message: expect.stringMatching(/.; try again$/),
      };
      const single = await call(a, '/api/broadcast', message);
      expect(single).toMatchObject({ status: 503, body: { error } });
      expect(single.headers.get('retry-after')).toBe('1');
      const list = await call(a, '/api/broadcast', [message, { ...message, event: 'typing.started' }]);
      expect(list).toMatchObject({
        status: 503,
        body: {
          error,
          results: [{ id: expect.any(String), error: { code: 'unavailable' } }, { id: expect.any(String) }],
        },
      });
      for (const path of ['/api/channels', '/api/channels/presence-r/presence'])
        expect(await call(a, path)).toMatchObject({ status: 503, body: { error } });
      expect(await call(a, '/api/users/7/send', { event: 'm' })).toMatchObject({ status: 503 });
      expect(await call(a, '/api/users/7/kick', {})).toMatchObject({ status: 503 });
    });
  });

  describe('whether a gateway is ready', () => {
    it('depends on the broker, and what it is on does not', async () => {
      const { a } = await pair(OPTIONS);
      expect(await call(a, '/ready')).toMatchObject({
        status: 200,
        body: { status: 'ready', broker: 'ready' },
      });
      const { node } = a.broker;
      await until(() => a.broker.nodes().length === 2);
      expect(a.gateway.stats().broker).toEqual({ status: 'ready', node, nodes: 2 });
      await a.cut();
      const { problem } = a.broker.state;
      expect(problem).toEqual(expect.any(String));
      expect(a.gateway.isReady).toBe(false);
      expect(await call(a, '/ready')).toMatchObject({
        status: 503,
        body: { status: 'not_ready', broker: 'down', problem },
      });
      expect(await call(a, '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(a.gateway.stats().broker).toMatchObject({ status: 'down', problem });
      await a.mend();
      expect(a.gateway.isReady).toBe(true);
      await plain(a.gateway);
    });
  });
});
