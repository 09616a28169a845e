import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';
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
];
const SECRETS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

/**
 * Logs to standard output: lines for people on a terminal, one JSON object a line elsewhere. Tokens,
 * keys and passwords are left out, wherever they stand in the details.
 */
export function createLogger(
  settings: Pick<Settings, 'log_level'>,
  output: DestinationStream & { isTTY?: boolean } = process.stdout,
): Logger {
  const options = {
    level: settings.log_level,
    base: null,
    redact: { paths: SECRETS, censor: '[redacted]' },
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
