import { request as httpRequest } from 'node:http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../src/testing';
import { client, next, rawRequest } from './support';

const SECRET = 'a secret that only the tests know';
const KEYS = ['first-key', 'second-key'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    api_key: KEYS,
    jwt_secret: SECRET,
    anonymous_presence: true,
    limits: { max_payload: 20_000, batch_size: 3 },
  });
});
afterAll(() => gateway.stop());

interface Call {
  method?: string;
  key?: string | undefined;
  body?: unknown;
  /** The body as it is, instead of as JSON. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

async function call(path: string, { method = 'POST', key = KEYS[0], body, raw, headers }: Call = {}) {
  const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
  const response = await fetch(gateway.url + path, {
    method,
    body: method === 'GET' || method === 'HEAD' ? null : sent,
    headers: { ...(key && { Authorization: `Bearer ${key}` }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

const message = { channel: 'news', event: 'flash', data: { text: 'hello' } };

async function member(room: string, path = '/') {
  const socket = await client(gateway.url + path);
  await socket.emitWithAck('join', { room });
  return socket;
}

describe('publishing', () => {
  it('reaches the members of the room, and tells the id', async () => {
    const socket = await member('news');
    const arrived = next(socket, 'flash');
    const answer = await call('/api/broadcast', { body: message });
    expect(answer).toMatchObject({ status: 200, body: { id: expect.any(String) } });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await arrived).toEqual([{ text: 'hello' }]);
  });

  it('takes a batch, in order', async () => {
    const socket = await member('news');
    const seen: unknown[] = [];
    socket.on('n', (data) => seen.push(data));
    const last = next(socket, 'last');
    const { status, body } = await call('/api/broadcast', {
      body: [
        { ...message, event: 'n', data: 1 },
        { ...message, event: 'n', data: 2 },
        { ...message, event: 'last' },
      ],
    });
    expect(status).toBe(200);
    expect(new Set(body.results.map(({ id }: { id: string }) => id)).size).toBe(3);
    await last;
    expect(seen).toEqual([1, 2]);
  });

  it('does once what comes again with its id', async () => {
    const token = await new SignJWT({ sub: 'seven' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    const socket = await client(gateway.url, { auth: { token } });
    await socket.emitWithAck('join', 'news');
    const seen: unknown[] = [];
    socket.on('once', (data) => seen.push(data));
    const last = next(socket, 'last');
    for (const n of [1, 2]) {
      const body = { ...message, event: 'once', data: n, id: 'order:1' };
      expect(await call('/api/broadcast', { body })).toMatchObject({ status: 200, body: { id: 'order:1' } });
      const batch = await call('/api/broadcast', { body: [{ ...body, id: 'order:2' }, body] });
      expect(batch.body).toEqual({ results: [{ id: 'order:2' }, { id: 'order:1' }] });
      const sent = await call('/api/users/seven/send', {
        body: { event: 'once', data: 'you', id: 'order:1' },
      });
      expect(sent.body).toEqual({ id: 'order:1' });
    }
    await call('/api/broadcast', { body: { ...message, event: 'last' } });
    await last;
    expect(seen).toEqual([1, 1, 'you']);
  });

  it('publishes nothing of a batch with one bad message', async () => {
    const socket = await member('news');
    const seen: unknown[] = [];
    socket.on('flash', (data) => seen.push(data));
    const bad = await call('/api/broadcast', { body: [message, { ...message, channel: 'a b' }] });
    expect(bad).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid_room', message: '[1].channel: it may hold only A-Z a-z 0-9 . _ - :' } },
    });
    const last = next(socket, 'last');
    await call('/api/broadcast', { body: { ...message, event: 'last' } });
    await last;
    expect(seen).toEqual([]);
  });

  it('keeps to the namespace, and leaves out who is excepted', async () => {
    const chat = await member('news', '/chat');
    const other = await member('news', '/chat');
    const root = await member('news');
    const seen: string[] = [];
    root.on('flash', () => seen.push('root'));
    other.on('flash', () => seen.push('excepted'));
    const arrived = next(chat, 'flash');
    const { status } = await call('/api/broadcast', {
      body: { ...message, namespace: '/chat', except: [other.id] },
    });
    expect(status).toBe(200);
    await arrived;
    const ends = [next(root, 'end'), next(other, 'end')];
    await call('/api/broadcast', { body: [message, message].map((m) => ({ ...m, event: 'end' })) });
    await call('/api/broadcast', { body: { ...message, event: 'end', namespace: '/chat' } });
    await Promise.all(ends);
    expect(seen).toEqual([]);
  });

  it('to a user reaches all that user’s connections', async () => {
    // Any character may be in a user's id.
    const id = 'auth0|ann/7';
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .sign(Buffer.from(SECRET));
    const sockets = [
      await client(gateway.url, { auth: { token } }),
      await client(gateway.url, { auth: { token } }),
    ];
    const arrived = sockets.map((socket) => next(socket, 'note'));
    const { status, body } = await call(`/api/users/${encodeURIComponent(id)}/send`, {
      body: { event: 'note', data: 1 },
    });
    expect([status, body]).toEqual([200, { id: expect.any(String) }]);
    expect(await Promise.all(arrived)).toEqual([[1], [1]]);
  });

  it.each<[namespace: unknown, reached: string[]]>([
    ['*', ['/', '/chat', '/admin']],
    [
      ['/', 'chat'],
      ['/', '/chat'],
    ],
  ])('sends to a user in the namespaces %j', async (namespace, reached) => {
    const token = await new SignJWT({ sub: 'many' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    const heard: string[] = [];
    const names = ['/', '/chat', '/admin'];
    const sockets = await Promise.all(names.map((name) => client(gateway.url + name, { auth: { token } })));
    for (const [index, socket] of sockets.entries()) socket.on('note', () => heard.push(names[index] ?? ''));
    const ends = sockets.map((socket) => next(socket, 'end'));
    const path = '/api/users/many/send';
    expect(await call(path, { body: { event: 'note', namespace } })).toMatchObject({ status: 200 });
    await call(path, { body: { event: 'end', namespace: '*' } });
    await Promise.all(ends);
    expect(heard.sort()).toEqual(reached.sort());
  });

  it('leaves __proto__ harmless', async () => {
    const socket = await member('news');
    const arrived = next(socket, 'flash');
    const raw =
      '{"channel":"news","event":"flash","data":{"__proto__":{"evil":1},"constructor":2},"__proto__":{"channel":"x"}}';
    expect((await call('/api/broadcast', { raw })).status).toBe(200);
    const [data] = await arrived;
    expect(JSON.stringify(data)).toBe('{"__proto__":{"evil":1},"constructor":2}');
    expect(({} as { evil?: number }).evil).toBeUndefined();
  });
});

describe('asking', () => {
  it('lists the channels with members', async () => {
    await member('listed');
    const { status, body } = await call('/api/channels', { method: 'GET' });
    expect(status).toBe(200);
    expect(body).toContainEqual({ name: 'listed', namespace: '/', connections: 1 });
  });

  it('lists those of one namespace', async () => {
    await member('listed', '/side');
    const { body } = await call('/api/channels?namespace=/side', { method: 'GET' });
    expect(body).toEqual([{ name: 'listed', namespace: '/side', connections: 1 }]);
  });

  it('tells who is present', async () => {
    const socket = await member('presence.room.1');
    const { body } = await call('/api/channels/presence.room.1/presence', { method: 'GET' });
    expect(body).toEqual([
      { user_id: socket.id, user_info: expect.anything(), connected_at: expect.any(Number) },
    ]);
    const nobody = await call('/api/channels/presence.empty/presence?namespace=%2Fchat', { method: 'GET' });
    expect(nobody).toMatchObject({ status: 200, body: [] });
  });
});

describe('keys', () => {
  it('are all good', async () => {
    for (const key of KEYS) expect((await call('/api/channels', { method: 'GET', key })).status).toBe(200);
  });

  it.each([
    ['', 'is needed'],
    ['wrong', 'is not known'],
    ['first-ke', 'is not known'],
    ['first-key,second-key', 'is not known'],
    ['x'.repeat(5000), 'is not known'],
  ])('refuses %j', async (key, problem) => {
    const answer = await call('/api/channels', { method: 'GET', key });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
    expect(answer.body.error.message).toContain(problem);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('are asked for before anything is told', async () => {
    for (const path of ['/api', '/api/nothing', '/api/users/1/send']) {
      expect((await call(path, { method: 'GET', key: '' })).status).toBe(401);
    }
    expect(
      (await call('/api/channels', { key: '', headers: { Authorization: 'Basic Zmlyc3Qta2V5' } })).status,
    ).toBe(401);
  });

  it('without any there is no API', async () => {
    await using open = await startTestGateway();
    for (const path of ['/api/broadcast', '/api/channels']) {
      const response = await fetch(open.url + path, { headers: { Authorization: 'Bearer x' } });
      expect([response.status, (await response.json()).error.code]).toEqual([404, 'not_found']);
    }
  });
});

describe('bad input', () => {
  const post = (body: unknown, path = '/api/broadcast'): [string, Call] => [path, { body }];
  const raw = (text: string): [string, Call] => ['/api/broadcast', { raw: text }];
  const get = (path: string): [string, Call] => [path, { method: 'GET' }];

  it.each<[[string, Call], number, string, string | RegExp]>([
    [raw('{"channel"'), 400, 'invalid_json', /^the body is not JSON: /],
    [raw(''), 400, 'invalid_json', /^the body is not JSON: /],
    [raw('nul'), 400, 'invalid_json', /^the body is not JSON: /],
    [raw('['.repeat(5000)), 422, 'invalid_payload', 'the data is nested deeper than 200 levels'],
    [
      raw(`{"channel":"a","event":"b","data":${'['.repeat(5000)}${']'.repeat(5000)}}`),
      422,
      'invalid_payload',
      'the data is nested deeper than 200 levels',
    ],
    [post('text'), 422, 'invalid_payload', 'the body: it must be an object with channel, event and data'],
    [post(null), 422, 'invalid_payload', 'the body: it must be an object with channel, event and data'],
    [
      post([5]),
      422,
      'invalid_payload',
      '[0] of the batch: it must be an object with channel, event and data',
    ],
    [post({ event: 'x' }), 422, 'invalid_room', 'channel is missing'],
    [raw('{"__proto__":{"channel":"a"},"event":"b"}'), 422, 'invalid_room', 'channel is missing'],
    [post({ ...message, channel: '' }), 422, 'invalid_room', 'channel: it must have 1 to 200 characters'],
    [post({ ...message, channel: 5 }), 422, 'invalid_room', 'channel: it must be a string'],
    [post({ ...message, channel: '__proto__' }), 422, 'invalid_room', 'channel: that name is reserved'],
    [
      post({ ...message, channel: 'x'.repeat(300) }),
      422,
      'invalid_room',
      'channel: it must have 1 to 200 characters',
    ],
    [post({ channel: 'a' }), 422, 'invalid_event', 'event is missing'],
    [post({ ...message, event: 'disconnect' }), 422, 'invalid_event', 'event: that name is reserved'],
    [post({ ...message, event: 'a\nb' }), 422, 'invalid_event', 'event: it must be printable'],
    [post([message, { channel: 'a' }]), 422, 'invalid_event', '[1].event is missing'],
    [post({ ...message, event: 'toporia:bye' }), 422, 'invalid_event', 'event: that name is reserved'],
    [
      post({ ...message, namespace: 'a b' }),
      422,
      'invalid_payload',
      'namespace: it may hold only A-Z a-z 0-9 _ . / : -',
    ],
    [post({ ...message, namespace: 5 }), 422, 'invalid_payload', 'namespace: it must be a string'],
    [
      post({ ...message, except: [5] }),
      422,
      'invalid_payload',
      'except: it must be a socket id, or an array of at most 1000',
    ],
    [
      post([message, { ...message, id: 'a b' }]),
      422,
      'invalid_payload',
      '[1].id: it must have 1 to 64 characters of A-Z a-z 0-9 . _ - :',
    ],
    [post({ event: 'x', id: 5 }, '/api/users/7/send'), 422, 'invalid_payload', 'id: it must be a string'],
    [
      post([message, message, message, message]),
      422,
      'limit',
      'the batch has 4 messages; at most 3 are taken',
    ],
    [post({ ...message, data: 'x'.repeat(20_000) }), 413, 'payload_too_large', /larger than 20000 bytes/],
    [post({ data: 1 }, '/api/users/7/send'), 422, 'invalid_event', 'event is missing'],
    [
      post({ event: 'x' }, `/api/users/${'7'.repeat(300)}/send`),
      422,
      'invalid_payload',
      'the user id: it may have at most 200 characters',
    ],
    [
      post({ event: 'x', namespace: [] }, '/api/users/7/send'),
      422,
      'invalid_payload',
      'namespace: a list may have 1 to 100 names',
    ],
    [
      post({ event: 'x', namespace: ['/', 5] }, '/api/users/7/send'),
      422,
      'invalid_payload',
      'namespace[1]: it must be a string',
    ],
    [
      post([], '/api/users/7/send'),
      422,
      'invalid_payload',
      'the body: it must be an object with event and data',
    ],
    [post({ event: 'x' }, '/api/users/%ff/send'), 400, 'invalid_payload', /^the user id: it is not encoded/],
    [
      get('/api/channels/a%2Fb/presence'),
      422,
      'invalid_room',
      'the channel: it may hold only A-Z a-z 0-9 . _ - :',
    ],
    [get('/api/channels?namespace=/..'), 422, 'invalid_payload', 'namespace: it may not hold ".."'],
    [get('/api/nothing'), 404, 'not_found', 'there is nothing at this address'],
    [get('/nothing'), 404, 'not_found', 'there is nothing at this address'],
    [get('/'), 404, 'not_found', 'there is nothing at this address'],
    [get('/socket.io'), 404, 'not_found', 'there is nothing at this address'],
    [get('/api/broadcast'), 405, 'method_not_allowed', 'only POST is allowed here'],
    [['/api/channels', { method: 'DELETE' }], 405, 'method_not_allowed', 'only GET is allowed here'],
    [['/health', {}], 405, 'method_not_allowed', 'only GET, HEAD is allowed here'],
  ])('%j is answered %i %s', async ([path, options], status, code, text) => {
    const answer = await call(path, options);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    if (typeof text === 'string') expect(answer.body.error.message).toBe(text);
    else expect(answer.body.error.message).toMatch(text);
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
  });

  it('in bytes that are no text is refused', async () => {
    const answer = await call('/api/broadcast', { raw: new Uint8Array([0x22, 0xff, 0x22]) });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_json' } } });
  });

  it('that is compressed is refused', async () => {
    const answer = await call('/api/broadcast', { body: message, headers: { 'Content-Encoding': 'gzip' } });
    expect(answer.status).toBe(415);
  });

  it('of unknown length is cut at the limit', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${gateway.url}/api/broadcast`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${KEYS[0]}`, 'Transfer-Encoding': 'chunked' },
      });
      request.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      for (let i = 0; i < 50; i++) request.write('x'.repeat(1000));
      request.end();
    });
    expect(status).toBe(413);
  });

  it('in odd addresses is answered', async () => {
    for (const path of ['//', '/%', '/?', '/\\', '*', 'http://x/health', '/api/%00', '/health?x=1?y']) {
      const answer = await rawRequest(
        gateway.url,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400|401|404) /);
    }
  });

  it('shows callers nothing of what went wrong inside', async () => {
    const failing = gateway.gateway;
    const real = failing.broadcast;
    failing.broadcast = () => {
      throw new Error('secret detail');
    };
    const answer = await call('/api/broadcast', { body: message });
    failing.broadcast = real;
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
  });
});

describe('health', () => {
  it('is told, also by HEAD', async () => {
    expect(await call('/health', { method: 'GET', key: '' })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await call('/ready', { method: 'GET', key: '' })).toMatchObject({
      status: 200,
      body: { status: 'ready' },
    });
    expect(await call('/health', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});

it('leaves Socket.IO its path', async () => {
  const response = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^0\{"sid"/);
  expect((await fetch(`${gateway.url}/socket.io/?EIO=4&transport=none`)).status).toBe(400);
});
