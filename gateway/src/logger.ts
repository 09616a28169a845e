import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';
import { CENSOR, redactor } from './redact';
import type { Settings } from './settings';

type Log = (details: object, message: string) => void;

/** Where the gateway logs to. A pino logger is one, and so is `console`. */
export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
}

const nothing = () => {};

/** Logs nothing. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const SECRET_KEYS = [
  'auth',
  'token',
  'authorization',
  'cookie',
  'password',
  'api_key',
  'api_keys',
  'jwt_secret',
  'jwt_secrets',
  'app_secret',
  'app_secrets',
  'metrics_key',
];
const SECRETS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

/** The settings that a logger looks at; its secrets are those that must not appear in a line. */
export type LogSettings = Pick<Settings, 'log_level'> &
  Partial<Pick<Settings, 'api_keys' | 'app_secrets' | 'jwt_secrets' | 'redis' | 'metrics' | 'admin'>>;

/**
 * Logs to standard output: lines for people on a terminal, one JSON object a line elsewhere. Tokens,
 * keys and passwords are left out, wherever they stand in the details. `inEachLine`: further details.
 */
export function createLogger(
  settings: LogSettings,
  output: DestinationStream & { isTTY?: boolean } = process.stdout,
  inEachLine: Readonly<Record<string, unknown>> | null = null,
): Logger {
  const options = {
    level: settings.log_level,
    base: inEachLine,
    // By path what is an object or a list, by its looks all that is text.
    redact: { paths: SECRETS, censor: CENSOR },
    hooks: { streamWrite: redactor(secretsOf(settings)) },
  };
  if (!output.isTTY) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, output);
  // As a stream, not as a transport: a worker thread loses its last lines when the process ends.
  const stream = pretty({
    colorize: true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    // The message has it already.
    ignore: 'url',
    sync: true,
  });
  return pino(options, stream);
}

function secretsOf({ api_keys = [], app_secrets = [], jwt_secrets = {}, ...rest }: LogSettings): string[] {
  const { redis, metrics, admin } = rest;
  const inUrl = redis?.url === undefined ? '' : decodeURIComponent(new URL(redis.url).password);
  const keys = [...api_keys, ...(metrics?.keys ?? [])];
  return [
    ...keys,
    ...app_secrets,
    ...Object.values(jwt_secrets),
    redis?.password ?? '',
    inUrl,
    admin?.password ?? '',
  ];
}
