import { checkAdmin, readAdmin } from './config/admin';
import { SettingsError } from './config/error';
import { checkHooks } from './config/hooks';
import { readMetrics } from './config/metrics';
import { SETTING_NAMES } from './config/names';
import { nearest } from './config/nearest';
import type { GatewayOptions } from './config/options';
import { Reading, type Source, shown } from './config/reading';
import { settingsSchema } from './config/schema';
import { spelled } from './config/spelled';
import { readTls } from './config/tls';
import type { Settings } from './settings';

export { SettingsError } from './config/error';
export type { GatewayOptions } from './config/options';

const VARIABLES = SETTING_NAMES.flatMap((name) => name.env ?? []);

export interface SettingsSources {
  /** What a program gave to `createGateway`. */
  options?: GatewayOptions | undefined;
  /** The environment; `options.env` unless given. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Command line flags by their names without dashes, such as `max-conn`. */
  flags?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads and checks all settings. Flags win over options, options over the environment, and that over
 * the defaults.
 *
 * @throws {SettingsError} for the first setting that is wrong, unknown, or does not fit another.
 */
export function resolveSettings(sources: SettingsSources = {}): Settings {
  const { options = {}, flags = {} } = sources;
  const env = sources.env ?? options.env ?? {};
  refuseNearMisses(env);
  const reading = new Reading();
  reading.environment(env);
  reading.options(options);
  reading.flags(flags);

  const parsed = settingsSchema.safeParse(reading.values());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    throw wrong(reading.source(...path), path.join('.'), issue?.message ?? 'it is not valid');
  }
  const { api_key, jwt_secret, cert, key, namespaces, anonymous_presence, redis, ...others } = parsed.data;
  const { metrics, metrics_key, metrics_port, metrics_host, admin, ...further } = others;
  const watched = readMetrics({ metrics, metrics_key, metrics_port, metrics_host }, reading);
  const administered = admin && readAdmin(admin, reading);
  const { jwt_issuer, jwt_audience, app_key, app_secret, auth_endpoint, ...rest } = further;
  const settings: Settings = {
    ...rest,
    redis: given(redis),
    api_keys: api_key,
    // Without a prototype: a client names the guard that is looked up here.
    jwt_secrets: Object.assign(Object.create(null), jwt_secret),
    jwks: Object.assign(Object.create(null), rest.jwks),
    jwt_issuers: jwt_issuer,
    jwt_audiences: jwt_audience,
    app_secrets: app_secret,
    ...(app_key !== undefined && { app_key }),
    ...(auth_endpoint !== undefined && { auth_endpoint }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(namespaces !== undefined && { namespaces }),
    ...(anonymous_presence !== undefined && { anonymous_presence }),
    ...(watched && { metrics: watched }),
    ...(administered && { admin: administered }),
  };
  checkHeartbeats(settings, reading);
  checkTls(settings, reading);
  checkApplication(settings, reading);
  checkAdmin(settings, reading);
  checkHooks(options.hooks);
  checkLogger(options.logger);
  return settings;
}

/** Without what is not set. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Variables that look like settings and are none; other software may use the prefix, so they are only told. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => name.startsWith('REALTIME_') && !VARIABLES.includes(name));
}

/** `REALTIME_SOCKETIO_PROT` is surely a slip, and to ignore it would be to serve on another port. */
function refuseNearMisses(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of unknownVariables(env)) {
    const meant = nearest(name, VARIABLES);
    if (meant !== undefined) {
      throw new SettingsError(name, `unknown setting "${name}"; did you mean "${meant}"?`);
    }
  }
}

function checkHeartbeats(settings: Settings, reading: Reading): void {
  const { heartbeat_idle_time: idle, heartbeat_check_interval: interval } = settings;
  if (idle > interval) return;
  const source = reading.source('heartbeat_idle_time');
  if (source) {
    throw wrong(source, '', `it must be more than heartbeat_check_interval, which is ${interval}`);
  }
  const problem = `it must be less than heartbeat_idle_time, which is ${idle}`;
  throw wrong(reading.source('heartbeat_check_interval'), 'heartbeat_check_interval', problem);
}

function checkTls(settings: Settings, reading: Reading): void {
  const ssl = reading.source('ssl');
  const file = reading.source('cert') ?? reading.source('key');
  if (!ssl && file) {
    // Someone who gives a certificate and gets plain http would notice too late.
    const name = spelled('ssl', file);
    throw new SettingsError(
      file.label,
      `${file.label} is given but ${name} is not: set ${name} to true to serve https, or to false`,
    );
  }
  if (!settings.ssl) return;
  for (const option of ['cert', 'key'] as const) {
    if (settings[option] !== undefined) continue;
    const name = spelled(option, ssl);
    throw new SettingsError(name, `${ssl?.label} is on, so ${name} must be the path of a PEM file`);
  }
  loadTls(settings, (option) => reading.source(option)?.label ?? option);
}

/** A signature is made of both. */
function checkApplication({ app_key, app_secrets }: Settings, reading: Reading): void {
  const [key, secret] = [reading.source('app_key'), reading.source('app_secret')];
  if (app_key !== undefined && app_secrets.length === 0) {
    throw new SettingsError(
      'app_secret',
      `${key?.label} is given, so ${spelled('app_secret', key)} must be too`,
    );
  }
  if (app_key === undefined && app_secrets.length > 0) {
    throw new SettingsError(
      'app_key',
      `${secret?.label} is given, so ${spelled('app_key', secret)} must be too`,
    );
  }
}

/** Certificate and key as PEM text, or `undefined` without `ssl`. Throws a `SettingsError` for files that won't do. */
export function loadTls(
  settings: Settings,
  label: (option: 'cert' | 'key') => string = (option) => option,
): { cert: string; key: string } | undefined {
  if (!settings.ssl) return undefined;
  return readTls(settings.cert ?? '', settings.key ?? '', label);
}

function checkLogger(logger: unknown): void {
  if (logger === undefined) return;
  const methods = ['debug', 'info', 'warn', 'error'];
  const complete =
    typeof logger === 'object' &&
    logger !== null &&
    methods.every((method) => typeof Reflect.get(logger, method) === 'function');
  if (!complete) {
    throw new SettingsError('logger', `logger: it must have the functions ${methods.join(', ')}`);
  }
}

function wrong(source: Source | undefined, path: string, problem: string): SettingsError {
  const label = source?.label ?? path;
  const value = source && !source.secret ? ` is ${shown(source.value)}` : '';
  return new SettingsError(label, `${label}${value}: ${problem}`);
}
