import { describe, expect, it } from 'vitest';
import { type GatewayOptions, resolveSettings, SettingsError } from '../../src/config';
import { createLogger } from '../../src/logger';

const metrics = (options: GatewayOptions) => resolveSettings({ options }).metrics;
const admin = (options: GatewayOptions) => resolveSettings({ options }).admin;

function lineOf(sources: Parameters<typeof resolveSettings>[0]): string {
  try {
    resolveSettings(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).message;
  }
  throw new Error('the settings were accepted');
}

describe('metrics', () => {
  it.each<[GatewayOptions, unknown]>([
    [{}, undefined],
    [{ metrics: true }, { keys: [], host: '127.0.0.1', port: 9464 }],
    [{ metrics: false, metrics_key: 'k', metrics_port: 1 }, undefined],
    [{ metrics_key: 'a, b' }, { keys: ['a', 'b'], host: '127.0.0.1' }],
    [
      { metrics: true, metrics_key: 'a' },
      { keys: ['a'], host: '127.0.0.1' },
    ],
    [{ metrics_port: '5' }, { keys: [], host: '127.0.0.1', port: 5 }],
    [
      { metrics_port: 5, metrics_host: '0.0.0.0' },
      { keys: [], host: '0.0.0.0', port: 5 },
    ],
    [
      { metrics_key: 'a', metrics_host: '::' },
      { keys: ['a'], host: '::', port: 9464 },
    ],
  ])('%j', (options, expected) => {
    expect(metrics(options)).toEqual(expected);
  });

  it('come from the environment and from flags', () => {
    const env = { REALTIME_METRICS_KEY: 'k', REALTIME_METRICS_PORT: '7', REALTIME_METRICS_HOST: '::1' };
    expect(resolveSettings({ env }).metrics).toEqual({ keys: ['k'], port: 7, host: '::1' });
    expect(resolveSettings({ env, flags: { metrics: 'false' } }).metrics).toBeUndefined();
    expect(resolveSettings({ flags: { metrics: true } }).metrics).toMatchObject({ port: 9464 });
  });

  it.each<[Parameters<typeof resolveSettings>[0], string]>([
    [{ options: { metrics_host: '0.0.0.0' } }, 'metrics_host is given, so metrics or a port must be too'],
    [
      { env: { REALTIME_METRICS_HOST: '::' } },
      'REALTIME_METRICS_HOST is given, so REALTIME_METRICS or a port must be too',
    ],
    [
      { options: { metrics_port: 70_000 } },
      'metrics_port is 70000: it must be a whole number from 0 to 65535',
    ],
    [{ options: { path: '/metrics' } }, 'path is "/metrics": that path is taken; /socket.io/ is usual'],
    [
      { env: { REALTIME_METRICS_KEY: 'not one' } },
      'REALTIME_METRICS_KEY: it must be one key or several with commas, in printable characters without spaces',
    ],
  ])('%j', (sources, line) => {
    expect(lineOf(sources)).toBe(line);
  });
});

describe('admin', () => {
  const given = { username: 'ops', password: 'a password' };

  it('has defaults that show little and change nothing', () => {
    expect(admin({})).toBeUndefined();
    expect(admin({ admin: given })).toEqual({
      ...given,
      readonly: true,
      namespace: '/toporia-admin',
      mode: 'production',
    });
    const env = {
      REALTIME_ADMIN_USERNAME: 'ops',
      REALTIME_ADMIN_PASSWORD: 'a password',
      REALTIME_ADMIN_READONLY: 'false',
      REALTIME_ADMIN_NAMESPACE: 'staff',
      REALTIME_ADMIN_MODE: 'development',
    };
    expect(resolveSettings({ env }).admin).toEqual({
      ...given,
      readonly: false,
      namespace: '/staff',
      mode: 'development',
    });
  });

  it.each<[Parameters<typeof resolveSettings>[0], string]>([
    [
      { env: { REALTIME_ADMIN_USERNAME: 'ops' } },
      'REALTIME_ADMIN_PASSWORD is missing: the Admin UI is never without a user and a password',
    ],
    [
      { flags: { 'admin-readonly': 'true' } },
      '--admin-username is missing: the Admin UI is never without a user and a password',
    ],
    [
      { options: { admin: { ...given, password: 'short' } } },
      'admin.password: it must be a text of 8 to 200 characters, or a bcrypt hash',
    ],
    [
      { options: { admin: { ...given, namespace: '/' } } },
      'admin.namespace is "/": it must be a namespace of its own, which no clients use',
    ],
    [
      { options: { admin: { ...given, namespace: 'chat' }, namespaces: '/chat' } },
      'admin.namespace is "/chat": it must be a namespace of its own, which no clients use',
    ],
    [{ options: { admin: 'ops' } as unknown as GatewayOptions }, 'admin is "ops": it must be an object'],
  ])('%j', (sources, line) => {
    expect(lineOf(sources)).toBe(line);
  });
});

describe('hooks', () => {
  it.each<[unknown, string]>([
    ['no', 'hooks: it must be an object of functions'],
    [{ evnt: () => {} }, 'unknown setting "hooks.evnt"; did you mean "event"?'],
    [{ event: 1 }, 'hooks.event: it must be a function'],
  ])('%j', (hooks, line) => {
    expect(lineOf({ options: { hooks } as unknown as GatewayOptions })).toBe(line);
  });
});

it('keeps keys and passwords out of the log', () => {
  const settings = resolveSettings({
    options: { metrics_key: 'secret-of-metrics', admin: { username: 'ops', password: 'secret-of-admin' } },
  });
  const lines: string[] = [];
  const logger = createLogger(settings, { write: (line: string) => void lines.push(line) });
  logger.warn({ settings, text: 'secret-of-metrics' }, 'secret-of-admin');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/secret-of/);
});
