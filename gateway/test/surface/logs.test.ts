import { expect, it } from 'vitest';
import { createLogger, type LogSettings } from '../../src/logger';
import { redactor } from '../../src/redact';
import { plain, startGateway, token } from '../core/support';

function recorded(settings: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const output = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ log_level: 'debug', ...settings }, output), lines };
}

const SECRET = 'hush-4711-hush';

it.each<[string, object]>([
  ['a token in the query string', { url: `/socket.io/?EIO=4&token=${SECRET}&transport=polling` }],
  ['a key in the query string', { req: { url: `http://x/api/channels?api_key=${SECRET}#a` } }],
  ['a token in the query, parsed', { handshake: { query: { access_token: SECRET } } }],
  ['the auth of the handshake', { socket: { handshake: { auth: { token: SECRET, more: [SECRET] } } } }],
  ['the auth of the handshake, as text', { packet: JSON.stringify({ auth: { token: SECRET } }) }],
  ['text in text', { packet: JSON.stringify({ body: JSON.stringify({ Password: SECRET }) }) }],
  ['an Authorization header', { headers: { Authorization: `Bearer ${SECRET}` } }],
  ['an authorization header far down', { a: { b: { c: { d: { e: { authorization: SECRET } } } } } }],
  ['headers as a list', { rawHeaders: ['Host', 'x', 'Authorization', `Bearer ${SECRET}`] }],
  ['basic credentials', { header: `Basic ${SECRET}` }],
  ['a cookie', { headers: { 'Set-Cookie': `session=${SECRET}` } }],
  ['keys of the settings', { settings: { api_keys: [SECRET], jwt_secrets: { default: SECRET } } }],
  ['a password in an address', { err: new Error(`connect redis://user:${SECRET}@host:6379/0`) }],
  ["an error's message", { err: new Error(`GET https://x/me?token=${SECRET} failed with 401`) }],
  [
    "an error's own fields",
    { err: Object.assign(new Error('x'), { config: { headers: { authorization: SECRET } } }) },
  ],
  ["an error's cause", { err: new Error('x', { cause: new Error(`Authorization: Bearer ${SECRET}`) }) }],
  ['a secret that ends in a backslash', { password: `${SECRET}\\`, more: 1 }],
  ['text that is cut off within a secret', { packet: `{"token":"${SECRET}`, more: 1 }],
  ['text in text with quotes', { packet: JSON.stringify({ token: `a"${SECRET}\\` }), more: 1 }],
  ['an empty secret before one', { packet: JSON.stringify({ token: '', password: SECRET }), more: 1 }],
  ['a secret with quotes', { config: { client_secret: `${SECRET}"${SECRET}` } }],
])('%s is not logged', (_what, details) => {
  const { logger, lines } = recorded();
  logger.error(details, 'it failed');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain(SECRET);
  expect(lines[0]).toContain('[redacted]');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'it failed' });
});

it('the secrets of the settings are found wherever they stand', () => {
  const { logger, lines } = recorded({
    api_keys: ['the-api-key', 'the-api-key-2'],
    app_secrets: ['signs-now', 'signed-before'],
    jwt_secrets: { default: 'a "quoted" secret' },
    redis: {
      host: 'x',
      port: 1,
      password: 'redis-pass',
      db: 0,
      tls: false,
      prefix: 'realtime:',
      url: 'redis://user:pass%20in%20url@x',
    },
  });
  const note = ['the-api-key-2', 'x a "quoted" secret x', 'signs-now', 'x signed-before'];
  logger.warn({ note }, 'the-api-key and redis-pass and pass in url');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    note: ['[redacted]', 'x [redacted] x', '[redacted]', 'x [redacted]'],
    msg: '[redacted] and [redacted] and [redacted]',
  });
});

it('a JWT is recognized by its looks', async () => {
  const { logger, lines } = recorded();
  logger.info({ event: `x ${await token({ sub: 7 })} y` }, 'z');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'x [redacted] y' });
});

it('what is no secret stays as it is, and every line stays JSON', () => {
  const redact = redactor(['ab']);
  for (const details of [
    { event: 'message.sent', socket: 'AbC', namespace: '/chat', room: 'author', token_count: 7 },
    { err: { message: 'x is not a function', stack: 'at a (file.js:1:2)\n    at b' } },
    { url: 'http://127.0.0.1:3000', text: 'bear with me; basic facts; a=b&c=d', auth: true },
    { text: 'quotes " and \\ and \\" and \n', n: 1.5 },
  ]) {
    expect(redact(JSON.stringify(details))).toBe(JSON.stringify(details));
  }
});

it('what a client sends is not logged when it is turned away, nor when a handler falls over it', async () => {
  const { logger, lines } = recorded();
  const gateway = await startGateway({ jwt_secret: 'the secret of this test, which is long' }, { logger });
  gateway.of('/').on('fails', (data) => {
    throw new Error(`cannot handle ${JSON.stringify(data)}`);
  });
  const wrong = await token({ sub: 7 }, 'another secret, which is long as well');
  await expect(plain(gateway, '/', { auth: { token: wrong }, query: { token: wrong } })).rejects.toThrow();
  const a = await plain(gateway, '/', { query: { token: SECRET }, extraHeaders: { authorization: SECRET } });
  await a.ask('auth', { token: wrong });
  await a.ask('fails', { token: SECRET, password: SECRET, note: wrong });
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).not.toContain(SECRET);
    expect(line).not.toContain(wrong);
  }
});

it.each(['a-', 'eyJ-', 'a.', '\\', '"', 'Bearer ', 'token=', '"token":"', 'x://', 'eyJa.'])(
  'a long line of %j takes no time by the square of its length',
  (part) => {
    // 4 million characters squared would not be done before the test's end.
    const line = JSON.stringify({ note: part.repeat(4_000_000 / part.length) });
    expect(JSON.parse(redactor(['the-key'])(line))).toBeTypeOf('object');
  },
);
