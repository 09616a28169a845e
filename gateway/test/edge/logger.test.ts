import { expect, it } from 'vitest';
import { createLogger, silentLogger } from '../../src/logger';

function recorded(level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const logger = createLogger({ log_level: level }, { write: (line: string) => lines.push(line) });
  return { logger, lines };
}

it('writes one JSON object a line where nobody watches', () => {
  const { logger, lines } = recorded();
  logger.info({ room: 'news' }, 'joined');
  logger.debug({}, 'not at this level');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 30, time: expect.any(String), room: 'news', msg: 'joined' },
  ]);
});

it('leaves secrets out, wherever they stand', () => {
  const { logger, lines } = recorded();
  const secret = 'hush';
  logger.warn(
    {
      token: secret,
      auth: { token: secret },
      handshake: { auth: { token: secret }, headers: { authorization: secret, cookie: secret } },
      req: { headers: { authorization: secret } },
      settings: {
        api_keys: [secret],
        app_secrets: [secret],
        jwt_secrets: { default: secret },
        redis: { password: secret },
      },
    },
    'refused',
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('[redacted]');
  expect(lines[0]).not.toContain(secret);
});

it('can be told to keep quiet', () => {
  const lines: string[] = [];
  createLogger({ log_level: 'silent' }, { write: (line: string) => lines.push(line) }).error({}, 'x');
  silentLogger.error({}, 'x');
  expect(lines).toEqual([]);
});
