import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { HttpError } from '../../src/http/reply';
import { client, connected, plain, refused, SECRET, startGateway } from '../core/support';
import { rawRequest } from '../edge/support';

/** Stacks, paths of files, and versions of anything. */
const INSIDES =
  /node_modules|\n\s+at |\.[cm]?[jt]s\b|file:|\/work|\/home|\/usr|\d+\.\d+\.\d+|socket\.io\/|node\.?js|express/i;

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';

describe('no answer tells of what is inside', () => {
  it.each<[string, string]>([
    ['an unknown address', 'GET /nothing HTTP/1.1'],
    ['health', 'GET /health HTTP/1.1'],
    ['a wrong method', 'DELETE /health HTTP/1.1'],
    ['a request that is none', 'nonsense'],
    ['an address that is none', 'GET //[ HTTP/1.1'],
    ['the API without a key', 'GET /api/channels HTTP/1.1'],
    ['the API with a wrong key', 'GET /api/channels HTTP/1.1\r\nAuthorization: Bearer x'],
    ['a path of a file', 'GET /../../etc/passwd HTTP/1.1'],
    ['broken encoding', 'GET /api/channels/%ff/presence HTTP/1.1\r\nAuthorization: Bearer the-key'],
    ['the client of Socket.IO', 'GET /socket.io/socket.io.js HTTP/1.1'],
    ["its client's source map", 'GET /socket.io/socket.io.min.js.map HTTP/1.1'],
    ['no transport', 'GET /socket.io/ HTTP/1.1'],
    ['an unknown transport', 'GET /socket.io/?EIO=4&transport=__proto__ HTTP/1.1'],
    ['an old protocol', 'GET /socket.io/?EIO=3&transport=polling HTTP/1.1'],
    ['an unknown session', 'GET /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1'],
    ['a wrong method there', 'PUT /socket.io/?EIO=4&transport=polling HTTP/1.1'],
    ['a handshake', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1'],
    ['a foreign page', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nOrigin: http://evil.example'],
    [
      'an upgrade without a key',
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${UPGRADE}`.trimEnd(),
    ],
    [
      'an upgrade to nothing',
      `GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1\r\n${UPGRADE}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`,
    ],
  ])('%s', async (_what, head) => {
    const gateway = await startGateway({ api_key: 'the-key', cors_origins: ['http://good.example'] });
    const answer = await rawRequest(gateway.url, `${head}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [headers = '', body = ''] = answer.split('\r\n\r\n');
    expect(headers).toMatch(/^HTTP\/1\.1 [2-4]\d\d /);
    expect(headers).not.toMatch(/^(server|x-powered-by|via|x-runtime|x-aspnet-version):/im);
    // What is not told of may be in the first line alone: the version of HTTP.
    expect(`${headers.replace(/^HTTP\/1\.1/, '')}\n${body}`).not.toMatch(INSIDES);
  });

  it('a request that fails in the gateway', async () => {
    const logged: object[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void logged.push(details),
    };
    const gateway = await startGateway({ api_key: 'the-key' }, { logger });
    const fault = new Error('secret detail at /usr/lib/secret.js:1:1');
    gateway.broadcast = () => {
      throw fault;
    };
    const response = await fetch(`${gateway.url}/api/broadcast`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-key' },
      body: JSON.stringify({ channel: 'r', event: 'e' }),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: { code: 'internal', message: 'something went wrong in the gateway' },
    });
    expect(logged).toEqual([{ err: fault, method: 'POST' }]);
    expect(fault).not.toBeInstanceOf(HttpError);
  });

  it('an upgrade that is granted', async () => {
    const gateway = await startGateway();
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const [{ headers }] = (await once(socket, 'upgrade')) as [{ headers: Record<string, string> }];
    expect(Object.keys(headers).sort()).toEqual([
      'access-control-allow-origin',
      'connection',
      'sec-websocket-accept',
      'upgrade',
    ]);
    socket.terminate();
  });
});

describe('no error of Socket.IO tells of what is inside', () => {
  it('at the door', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, namespaces: ['/', '/chat'] });
    const wrong = await refused(client(gateway, '/', { auth: { token: 'a.b.c' } }));
    expect([wrong.message, wrong.data]).toEqual([
      'The token is not a valid JWT.',
      { code: 'unauthorized', message: 'The token is not a valid JWT.' },
    ]);
    const unlisted = await refused(client(gateway, '/other'));
    expect(unlisted.data).toEqual({ code: 'forbidden', message: 'Invalid namespace' });
  });

  it('when the check of a token fails for a reason of its own', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    gateway.io
      .of('/')
      .use((_socket, next) => next(Object.assign(new Error('No.'), { stack: 'at /x.js:1:1' })));
    const error = await refused(client(gateway));
    expect([error.message, error.data]).toEqual(['No.', undefined]);
  });

  it('in an acknowledgement', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('fails', () => JSON.parse('{'));
    const a = await plain(gateway);
    await connected(a);
    const replies = [
      await a.ask('fails'),
      await a.ask('join', { rooms: 7 }),
      await a.ask('join', '../../etc'),
      await a.ask('toporia:hello', {}),
      await a.ask('auth', { token: 'x' }),
    ];
    for (const reply of replies) expect(JSON.stringify(reply)).not.toMatch(INSIDES);
    expect(replies[0]).toEqual({
      error: { code: 'internal', message: 'The gateway could not handle this event.' },
    });
  });
});
