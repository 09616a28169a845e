import fc from 'fast-check';
import { payload } from './hostile-values';

/** One HTTP request, or bytes that should be one. */
export type Request =
  | { raw: string }
  | { raw?: undefined; method: string; path: string; headers: Record<string, string>; body: string };

const name = fc.oneof(
  fc.constantFrom(
    'r',
    'presence-1',
    '%',
    '%00',
    '%ff',
    '..%2f',
    '__proto__',
    'x'.repeat(5_000),
    '%F0%9F%98%80',
    '',
  ),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
);

const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom('?namespace=', '?namespace=..', '?namespace=%', '?namespace=__proto__', '?a[]=1&a=2', '?'),
);

const apiPath = fc
  .tuple(
    fc.constantFrom(
      '/api/broadcast',
      '/api/channels',
      '/api/users/*/send',
      '/api/channels/*/presence',
      '/api/*',
      '/*',
    ),
    name,
    query,
  )
  .map(([path, part, rest]) => path.replace('*', part) + rest);

/** The addresses of Engine.IO, with every parameter in every state of disorder. */
const enginePath = fc
  .array(
    fc.constantFrom(
      ...[
        'EIO=4',
        'EIO=3',
        'EIO=',
        'EIO=99',
        'EIO=4&EIO=3',
        'EIO[x]=4',
        'transport=polling',
        'transport=websocket',
      ],
      ...[
        'transport=webtransport',
        'transport=__proto__',
        'transport=',
        'sid=nobody',
        'sid=__proto__',
        'sid[]=1',
      ],
      ...['j=0', 'j=__proto__', 'b64=1', 't=1', '%', '%ff=%ff'],
    ),
    { maxLength: 5 },
  )
  .map((parts) => `/socket.io/?${parts.join('&')}`);

const body = fc.oneof(
  payload,
  fc
    .tuple(payload, payload, payload)
    .map(([channel, event, data]) => `{"channel":${channel},"event":${event},"data":${data}}`),
  payload.map(
    (data) => `{"channel":"r","event":"message","data":${data},"except":${data},"namespace":${data}}`,
  ),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

const request: fc.Arbitrary<Request> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
  path: fc.oneof(apiPath, apiPath, enginePath),
  headers: fc.record(
    {
      authorization: fc.constantFrom(
        'Bearer the-key',
        'Bearer the-key',
        'Bearer',
        'Basic x',
        `Bearer ${'x'.repeat(4_000)}`,
      ),
      'content-type': fc.constantFrom('application/json', 'text/plain', 'application/octet-stream', ';;;'),
      'content-encoding': fc.constantFrom('gzip', 'identity', 'br, x'),
      origin: fc.constantFrom('null', 'http://evil', '://'),
      'x-forwarded-for': fc.constantFrom('1.2.3.4', ','.repeat(1_000), '__proto__'),
      expect: fc.constantFrom('100-continue', 'nonsense'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>,
  body,
});

const rawRequest: fc.Arbitrary<Request> = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      'GET / HTTP/1.1\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n\r\n',
      'GET /api/channels HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'POST /api/broadcast HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-key\r\nContent-Length: 100\r\n\r\n{"chan',
      'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(3_000)}\r\n`,
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ),
  )
  .map((raw) => ({ raw }));

/** What a client without any connection may try. */
export const httpRequest: fc.Arbitrary<Request> = fc.oneof(
  { weight: 5, arbitrary: request },
  { weight: 1, arbitrary: rawRequest },
);
