import { beforeEach, describe, expect, it } from 'vitest';
import { SECRET, tokenFor } from '../../../test/support/realtime-pair';
import type { TestGateway } from '../../src/testing';
import { plain, sdk } from '../core/support';
import { between, publisherOf, startGateway, webServer } from './support';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({ jwt_secret: SECRET, limits: { batch_size: 3, max_payload: 10_000 } });
});

async function member(room = 'news', namespace = '/') {
  const client = await sdk(gateway.gateway, namespace);
  await client.ask('join', room);
  return client;
}

describe('over HTTP', () => {
  it('reaches the members, in order, and tells the id', async () => {
    const [one, other] = [await member(), await plain(gateway.gateway)];
    await other.ask('join', 'news');
    const publisher = publisherOf(gateway.url);
    const { id } = await publisher.broadcast('news', 'flash', { text: 'größer 🎉', n: 2 ** 53 });
    await publisher.broadcast('news', 'bare');
    await publisher.broadcast('news', 'flash', null, { id: 'mine:1', except: other.id });
    await publisher.broadcast('news', 'end', [1]);
    expect(await one.before('end')).toEqual([
      ['flash', { text: 'größer 🎉', n: 2 ** 53 }, expect.objectContaining({ channel: 'news', id })],
      ['bare', null, expect.objectContaining({ channel: 'news' })],
      ['flash', null, expect.objectContaining({ id: 'mine:1' })],
    ]);
    expect(await other.before('end')).toEqual([['flash', { text: 'größer 🎉', n: 2 ** 53 }], ['bare']]);
  });

  it('reaches a namespace, and users with ids of any characters', async () => {
    const id = 'auth0|ann/7 ü';
    const token = await tokenFor(id);
    const [root, chat] = [await sdk(gateway.gateway, '/', { token }), await member('news', '/chat')];
    const publisher = publisherOf(gateway.url);
    await publisher.broadcast('news', 'flash', 1, { namespace: 'chat' });
    expect(await chat.next('flash')).toEqual(['flash', 1, expect.anything()]);
    const sent = await publisher.sendToUser(id, 'note', 1, { namespace: ['/', '/chat'], id: 'n1' });
    expect(sent).toEqual({ id: 'n1' });
    expect(await root.next('note')).toEqual(['note', 1, expect.objectContaining({ id: 'n1' })]);
  });

  it('takes batches, in order', async () => {
    const client = await member();
    const publisher = publisherOf(gateway.url);
    const message = { channel: 'news', event: 'n' };
    const results = await publisher.batch([
      { ...message, data: 1, id: 'b1' },
      { ...message, data: 2 },
    ]);
    expect(results).toEqual([{ id: 'b1' }, { id: expect.any(String) }]);
    expect(await publisher.batch([])).toEqual([]);
    await publisher.broadcast('news', 'end');
    expect((await client.before('end')).map(([, data]) => data)).toEqual([1, 2]);
  });

  it('finds a gateway below a path of a proxy', async () => {
    const seen: (string | undefined)[] = [];
    const url = await webServer((request, response) => {
      seen.push(request.url);
      response.end('{"id":"x"}');
    });
    await publisherOf(`${url}/realtime?x=1`).broadcast('news', 'flash');
    await publisherOf(`${url}/`).sendToUser(7, 'flash');
    expect(seen).toEqual(['/realtime/api/broadcast', '/api/users/7/send']);
  });
});

describe('a message whose answer does not come', () => {
  it.each(['cut off', 'answered by a proxy in trouble'])(
    'is sent again, and published once: %s',
    async (how) => {
      const client = await member();
      const url = await between(gateway, (response, count, answer) => {
        if (count > 2) return answer();
        if (how === 'cut off') return response.destroy();
        return response.writeHead(502).end('<h1>Bad Gateway</h1>');
      });
      const publisher = publisherOf(url);
      const { id } = await publisher.broadcast('news', 'flash', 'once');
      await publisher.sendToUser('ann', 'note', 1);
      gateway.broadcast('news', 'end');
      expect(await client.before('end')).toEqual([['flash', 'once', expect.objectContaining({ id })]]);
    },
  );

  it('is sent again when one try has taken its time, and published once', async () => {
    const client = await member();
    const url = await between(gateway, (_response, count, answer) => (count > 1 ? answer() : undefined));
    await publisherOf(url, { attemptTimeout: 300 }).broadcast('news', 'flash', 'once');
    gateway.broadcast('news', 'end');
    expect(await client.before('end')).toEqual([['flash', 'once', expect.anything()]]);
  });

  it('waits for a gateway that restarts', async () => {
    const publisher = publisherOf(gateway.url);
    await publisher.broadcast('news', 'warm');
    const restarted = gateway.restart();
    const published = publisher.broadcast('news', 'flash', 1, { id: 'late' });
    await restarted;
    expect(await published).toEqual({ id: 'late' });
  });

  it('waits as long as the gateway says', async () => {
    const at: number[] = [];
    const url = await webServer((_request, response) => {
      at.push(performance.now());
      if (at.length === 1)
        response.writeHead(503).end('{"error":{"code":"internal","message":"not now","retry_after":400}}');
      else if (at.length === 2) response.writeHead(429, { 'Retry-After': '1' }).end();
      else response.end('{"id":"x"}');
    });
    expect(await publisherOf(url).broadcast('news', 'flash')).toEqual({ id: 'x' });
    const [first = 0, second = 0, third = 0] = at;
    // Timers may be a millisecond early.
    expect(second - first).toBeGreaterThan(398);
    expect(third - second).toBeGreaterThan(998);
  });
});

describe('fails with an error that says why', () => {
  const failing = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.unreachable(),
      (error) => error,
    );

  it('for a wrong key, and where the API is off', async () => {
    expect(await failing(publisherOf(gateway.url, { key: 'other' }).broadcast('news', 'x'))).toMatchObject({
      name: 'PublishError',
      code: 'unauthorized',
      status: 401,
      retryable: false,
      maybePublished: false,
      message: `the gateway at ${gateway.url} does not know this key (401)`,
    });
    const open = await startGateway({ api_key: [] });
    expect(await failing(publisherOf(open.url).broadcast('news', 'x'))).toMatchObject({ code: 'api_off' });
  });

  it('for what the gateway refuses', async () => {
    const publisher = publisherOf(gateway.url);
    const message = { channel: 'news', event: 'x' };
    expect(await failing(publisher.batch([message, message, message, message]))).toMatchObject({
      code: 'limit',
      status: 422,
      maybePublished: false,
      message: 'refused (422): the batch has 4 messages; at most 3 are taken',
    });
    expect(await failing(publisher.broadcast('news', 'x', 'x'.repeat(20_000)))).toMatchObject({
      code: 'payload_too_large',
      status: 413,
    });
  });

  it('for what is no gateway', async () => {
    const url = await webServer((_request, response) => response.end('<p>hello'));
    expect(await failing(publisherOf(url).broadcast('news', 'x'))).toMatchObject({
      code: 'unexpected_answer',
      message: `${url} answered 200, and not as a Toporia gateway does`,
    });
    const elsewhere = await webServer((_request, response) => {
      response.writeHead(302, { Location: gateway.url }).end();
    });
    expect(await failing(publisherOf(elsewhere).broadcast('news', 'x'))).toMatchObject({
      code: 'unexpected_answer',
      status: 302,
    });
  });

  it('when nobody answers', async () => {
    await gateway.stop();
    expect(await failing(publisherOf(gateway.url, { retries: 1 }).broadcast('news', 'x'))).toMatchObject({
      code: 'unreachable',
      maybePublished: false,
      retryable: true,
      message: `nothing listens at ${gateway.url}; is the gateway running?`,
    });
    const silent = await webServer(() => {});
    const publisher = publisherOf(silent, { attemptTimeout: 20, timeout: 200 });
    expect(await failing(publisher.broadcast('news', 'x'))).toMatchObject({
      code: 'timeout',
      maybePublished: true,
    });
  });

  it('when a later try is refused, still knows that an earlier one may have got through', async () => {
    let count = 0;
    const url = await webServer((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else response.writeHead(401).end('{}');
    });
    expect(await failing(publisherOf(url).broadcast('news', 'x'))).toMatchObject({
      code: 'unauthorized',
      maybePublished: true,
    });
  });

  it('when it is aborted or closed', async () => {
    const silent = await webServer(() => {});
    const publisher = publisherOf(silent, { retries: 0, attemptTimeout: 50 });
    const controller = new AbortController();
    const waiting = failing(publisher.broadcast('news', 'x', 1, { signal: controller.signal }));
    controller.abort('enough');
    expect(await waiting).toMatchObject({ code: 'aborted', cause: 'enough', maybePublished: true });
    const before = { signal: AbortSignal.abort('before') };
    expect(await failing(publisher.broadcast('news', 'x', 1, before))).toMatchObject({
      code: 'aborted',
      maybePublished: false,
    });
    const last = failing(publisher.broadcast('news', 'x'));
    await publisher.close();
    const next = failing(publisher.broadcast('news', 'x'));
    expect([(await last).code, (await next).code]).toEqual(['timeout', 'closed']);
  });
});
