import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { headerProblem } from '../echo/headers';
import { trustProblem } from '../limits/client-address';
import type { Settings } from '../settings';
import { readKeySource } from './jwks';
import type { LimitName, LimitSettings } from './limit-settings';
import { LIMIT_NAMES, LIMITS } from './limit-table';

// Environment and flags are always text, and a program often passes on its own environment, so every
// schema takes text as well as the value itself.

function integer(min: number, max: number, unit = '') {
  const error = `it must be a whole number${unit} from ${min} to ${max}`;
  return z.preprocess(toNumber, z.int({ error }).min(min, { error }).max(max, { error }));
}

function seconds(min: number, max: number) {
  const error = `it must be a number of seconds from ${min} to ${max}`;
  return z.preprocess(toNumber, z.number({ error }).min(min, { error }).max(max, { error }));
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

const boolean = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const word = value.trim().toLowerCase();
    if (/^(true|1|yes|on)$/.test(word)) return true;
    return /^(false|0|no|off)$/.test(word) ? false : value;
  },
  z.boolean({ error: 'it must be true or false' }),
);

function text(error: string, pattern = /^[^\p{C}]+$/u) {
  return z.string({ error }).trim().regex(pattern, { error });
}

function oneOf<const T extends string>(...names: T[]) {
  return z.enum(names, { error: `it must be ${names.map((name) => `"${name}"`).join(' or ')}` });
}

function list<T extends z.ZodType>(item: T, error: string) {
  const split = (value: unknown) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : value;
  return z.preprocess(split, z.array(item, { error }));
}

const keySource = z.unknown().transform((value, context) => {
  try {
    return readKeySource(value);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});

const file = text('it must be the path of a PEM file');

const path = text('it must be a path such as /socket.io/', /^\/[\w.~/-]*$/)
  .refine((value) => !/^(\/(api|health|ready|metrics)?\/?$|\/api\/)/.test(value), {
    error: 'that path is taken; /socket.io/ is usual',
  })
  .transform((value) => (value.endsWith('/') ? value : `${value}/`));

const namespaceError = 'it must be a list of namespaces such as /chat,/admin';
const namespace = text(namespaceError, /^[\w./:-]{1,200}$/).transform((name) =>
  name.startsWith('/') ? name : `/${name}`,
);

const originError = 'it must be "*" or origins such as https://example.com, without a path';
const origins = list(
  text(originError, /^(\*|[a-z][a-z0-9+.-]*:\/\/[\w.:[\]-]+)$/i).transform((origin) => {
    // Browsers send the host in lower case and leave the usual port out.
    return /^https?:/i.test(origin) && URL.canParse(origin) ? new URL(origin).origin : origin;
  }),
  originError,
)
  .refine((all) => !all.includes('*') || all.length === 1, { error: '"*" must stand alone' })
  .transform((all): '*' | string[] => (all[0] === '*' ? '*' : all));

const apiKeyError = 'it must be one key or several with commas, in printable characters without spaces';
const nameError = 'it must be one or several with commas, each not empty';
const appKeyError = 'it must be a name without spaces and colons';
const appSecretError = 'it must be one secret or several with commas, each not empty';
const secretError = 'it must be a secret that is not empty, or an object of one secret for each guard';

const redisUrlError = 'it must be a URL such as redis://localhost:6379/0, or rediss:// for TLS';
const prefixError = 'it must be text such as "realtime:", without spaces and braces';
const clusterError = 'it must be some nodes of a Redis Cluster, such as ["redis-1:6379", "redis-2:6379"]';

function isRedisUrl(value: string): boolean {
  return /^rediss?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== '';
}

const endpointError =
  'it must be a whole URL such as https://example.com/broadcasting/auth, without a user or a fragment';
const authHeader = z
  .string({ error: 'it must be names of headers such as X-Tenant' })
  .transform((name, context) => {
    const problem = headerProblem(name);
    if (problem === undefined) return name.toLowerCase();
    context.addIssue(problem);
    return z.NEVER;
  });

const passwordError = 'it must be a text of 8 to 200 characters, or a bcrypt hash';

function isEndpoint(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password, hash } = new URL(value);
  return username === '' && password === '' && hash === '';
}

const trustError =
  'it must be false, the number of proxies in front, or their addresses such as 10.0.0.0/8,::1';
const trustProxy = z.preprocess(
  (value) => {
    const given = toNumber(value);
    if (given === 0) return false;
    if (typeof given !== 'string') return given;
    return /^\s*(false|no|off)\s*$/i.test(given) ? false : given.split(',').map((part) => part.trim());
  },
  z.custom<Settings['trust_proxy']>(isTrustProxy, { error: trustError }),
);

function isTrustProxy(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1 && value <= 100;
  return (
    Array.isArray(value) && value.every((address) => typeof address === 'string') && !trustProblem(value)
  );
}

const adminSchema = z.object({
  username: z.string({ error: 'it must be a name that is not empty' }).min(1).optional(),
  password: z
    .string({ error: passwordError })
    .min(8, { error: passwordError })
    .max(200, { error: passwordError })
    .optional(),
  readonly: boolean.default(true),
  namespace: namespace.default('/toporia-admin'),
  mode: oneOf('production', 'development').default('production'),
});

type LimitsSchema = z.ZodType<LimitSettings, unknown>;

function limit(name: LimitName) {
  const { min, max, unit, usual } = LIMITS[name];
  return integer(min, max, { number: '', bytes: ' of bytes', ms: ' of milliseconds' }[unit]).default(usual);
}

const workerNumError = 'it must be a whole number from 1 to 1024, or "auto", one for each core';
const workerNum = z.preprocess(
  (value) => (value === 'auto' ? Math.min(availableParallelism(), 1024) : toNumber(value)),
  z.int({ error: workerNumError }).min(1, { error: workerNumError }).max(1024, { error: workerNumError }),
);

/** All settings: what each may be, and its default. */
export const settingsSchema = z.object({
  transport: oneOf('socketio').default('socketio'),
  host: text('it must be a host name or an IP address', /^[\w.:%-]+$/).default('0.0.0.0'),
  port: integer(0, 65_535).default(3000),
  path: path.default('/socket.io/'),
  ssl: boolean.default(false),
  cert: file.optional(),
  key: file.optional(),
  worker_num: workerNum.default(1),
  max_conn: integer(1, 10_000_000).default(8000),
  heartbeat_check_interval: seconds(0.1, 86_400).default(25),
  heartbeat_idle_time: seconds(0.1, 172_800).default(60),
  namespaces: list(namespace, namespaceError)
    .refine((all) => all.length > 0, { error: namespaceError })
    .optional(),
  broker: oneOf('memory', 'redis').default('memory'),
  redis: z.object({
    host: text('it must be a host name or an IP address').default('127.0.0.1'),
    port: integer(1, 65_535).default(6379),
    username: text('it must be the name of a user').optional(),
    password: z.string({ error: 'it must be text' }).optional(),
    db: integer(0, 1_000_000).default(0),
    tls: boolean.default(false),
    url: text(redisUrlError, /^[^\s]+$/)
      .refine(isRedisUrl, { error: redisUrlError })
      .optional(),
    prefix: text(prefixError, /^[^\s{}]{1,100}$/).default('realtime:'),
    options: z
      .custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null, {
        error: 'it must be an object of ioredis options',
      })
      .refine((options) => !options.keyPrefix, {
        error: 'leave keyPrefix out, which is for keys alone; redis.prefix is for all names',
      })
      .optional(),
    cluster: list(text(clusterError, /^[^\s,]+$/), clusterError)
      .refine((nodes) => nodes.length > 0, { error: clusterError })
      .optional(),
  }),
  cors_origins: origins.default('*'),
  api_key: list(text(apiKeyError, /^[\x21-\x7e]+$/), apiKeyError).default([]),
  jwt_secret: z
    .record(z.string(), z.string({ error: secretError }).min(1, { error: secretError }), {
      error: secretError,
    })
    .refine((secrets) => Object.values(secrets).every((secret) => !secret.trim().startsWith('-----BEGIN')), {
      // Whoever has the public key could sign tokens with it.
      error: 'that is a key in PEM, and no secret; public keys are given as a key set (jwks)',
    })
    .default({}),
  jwks: z.record(z.string(), keySource).default({}),
  jwt_issuer: list(text(nameError), nameError).default([]),
  jwt_audience: list(text(nameError), nameError).default([]),
  jwt_clock_tolerance: integer(0, 600_000, ' of milliseconds').default(5000),
  token_grace: integer(0, 3_600_000, ' of milliseconds').default(30_000),
  app_key: text(appKeyError, /^[\x21-\x39\x3b-\x7e]{1,200}$/).optional(),
  app_secret: list(
    z.string({ error: appSecretError }).min(1, { error: appSecretError }),
    appSecretError,
  ).default([]),
  auth_endpoint: z
    .string({ error: endpointError })
    .trim()
    .refine(isEndpoint, { error: endpointError })
    .optional(),
  auth_headers: list(authHeader, 'it must be names of headers with commas').default([]),
  anonymous_presence: boolean.optional(),
  require_auth: boolean.default(false),
  trust_proxy: trustProxy.default(false),
  room_log: boolean.default(true),
  presence_grace: integer(0, 600_000, ' of milliseconds').default(5000),
  limits: z.object(
    Object.fromEntries(LIMIT_NAMES.map((name) => [name, limit(name)])),
  ) as unknown as LimitsSchema,
  drain_delay: integer(0, 600_000, ' of milliseconds').default(0),
  drain_time: integer(0, 3_600_000, ' of milliseconds').default(0),
  shutdown_timeout: integer(0, 600_000, ' of milliseconds').default(8000),
  metrics: boolean.optional(),
  metrics_key: list(text(apiKeyError, /^[\x21-\x7e]+$/), apiKeyError).default([]),
  metrics_port: integer(0, 65_535).optional(),
  metrics_host: text('it must be a host name or an IP address', /^[\w.:%-]+$/).optional(),
  admin: adminSchema.optional(),
  demo: boolean.default(false),
  log_level: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  socketio: z
    .custom<Settings['socketio']>((value) => typeof value === 'object' && value !== null, {
      error: 'it must be an object of Socket.IO server options',
    })
    .default({}),
});
