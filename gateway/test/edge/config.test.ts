import { describe, expect, it } from 'vitest';
import {
  type GatewayOptions,
  resolveSettings,
  SettingsError,
  type SettingsSources,
  unknownVariables,
} from '../../src/config';
import { LIMIT_NAMES } from '../../src/config/limit-table';
import { silentLogger } from '../../src/logger';

/** What a program without types may pass. */
const untyped = (options: unknown) => ({ options: options as GatewayOptions });

/** Limits whose variables are called as they are themselves. */
const LATER_LIMITS = LIMIT_NAMES.slice(LIMIT_NAMES.indexOf('pending_joins') + 1);
const LIMIT_VARIABLES = Object.fromEntries(
  LATER_LIMITS.map((name, index) => [`REALTIME_${name.toUpperCase()}`, String(5_000 + index)]),
);

function lineOf(sources: SettingsSources): string {
  try {
    resolveSettings(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).message;
  }
  throw new Error('the settings were accepted');
}

describe('defaults', () => {
  it('are those of the guide', () => {
    expect(resolveSettings()).toEqual({
      transport: 'socketio',
      host: '0.0.0.0',
      port: 3000,
      path: '/socket.io/',
      ssl: false,
      worker_num: 1,
      max_conn: 8000,
      heartbeat_check_interval: 25,
      heartbeat_idle_time: 60,
      broker: 'memory',
      redis: { host: '127.0.0.1', port: 6379, db: 0, tls: false, prefix: 'realtime:' },
      cors_origins: '*',
      api_keys: [],
      jwt_secrets: {},
      jwks: {},
      jwt_issuers: [],
      jwt_audiences: [],
      jwt_clock_tolerance: 5000,
      token_grace: 30_000,
      room_log: true,
      presence_grace: 5000,
      app_secrets: [],
      auth_headers: [],
      limits: {
        max_payload: 1_000_000,
        rooms_per_connection: 1000,
        batch_size: 500,
        namespaces_per_connection: 10,
        pending_joins: 1000,
        authorize_timeout: 10_000,
        authorize_requests: 100,
        pending_events: 2000,
        pending_acks: 1000,
        connections_per_address: 1000,
        connections_per_user: 100,
        connects_per_second: 100,
        connects_burst: 1000,
        pending_handshakes: 500,
        connect_timeout: 20_000,
        auth_timeout: 10_000,
        messages_per_second: 200,
        messages_burst: 2000,
        joins_per_second: 100,
        joins_burst: 2000,
        bytes_per_second: 1_000_000,
        bytes_burst: 10_000_000,
        members_per_room: 5000,
        outgoing_buffer: 4_000_000,
        failed_keys_per_minute: 20,
        room_log_age: 120_000,
        room_log_messages: 1000,
        room_log_bytes: 1_000_000,
        room_logs: 100_000,
        room_logs_bytes: 64_000_000,
        history_bytes_per_second: 1_000_000,
        history_burst: 4_000_000,
        repeats_age: 300_000,
        repeats_per_client: 2000,
        repeats_bytes: 32_000_000,
      },
      require_auth: false,
      trust_proxy: false,
      drain_delay: 0,
      drain_time: 0,
      shutdown_timeout: 8000,
      demo: false,
      log_level: 'info',
      socketio: {},
    });
  });

  it('stand where an option or a variable is empty', () => {
    const env = { REALTIME_SOCKETIO_PORT: '', REALTIME_API_KEY: ' ', JWT_SECRET: undefined };
    expect(resolveSettings({ env, options: untyped({ port: undefined }).options })).toEqual(
      resolveSettings(),
    );
  });
});

describe('sources', () => {
  it('go flags, options, environment, defaults', () => {
    const env = { REALTIME_SOCKETIO_PORT: '1', REALTIME_SOCKETIO_HOST: 'env', REALTIME_MAX_CONN: '9' };
    const settings = resolveSettings({ env, options: { port: 2, host: 'options' }, flags: { port: '3' } });
    expect(settings).toMatchObject({ port: 3, host: 'options', max_conn: 9, heartbeat_idle_time: 60 });
  });

  it('reads every variable', () => {
    const settings = resolveSettings({
      env: {
        REALTIME_TRANSPORT: 'socketio',
        REALTIME_SOCKETIO_HOST: '::1',
        REALTIME_SOCKETIO_PORT: '4000',
        REALTIME_SOCKETIO_PATH: '/rt',
        REALTIME_SOCKETIO_SSL: 'false',
        REALTIME_SOCKETIO_CERT: '/path/to/cert.pem',
        REALTIME_SOCKETIO_KEY: '/path/to/key.pem',
        REALTIME_WORKER_NUM: '1',
        REALTIME_MAX_CONN: '10',
        REALTIME_HEARTBEAT_CHECK_INTERVAL: '5',
        REALTIME_HEARTBEAT_IDLE_TIME: '12.5',
        REALTIME_NAMESPACES: '/chat, admin',
        REALTIME_BROKER: 'redis',
        REDIS_HOST: 'cache',
        REDIS_PORT: '6380',
        REDIS_USERNAME: 'gateway',
        REDIS_PASSWORD: 'hush',
        REDIS_DB: '3',
        REDIS_TLS: 'yes',
        REDIS_URL: 'rediss://other:6381/4',
        REALTIME_REDIS_PREFIX: 'app_realtime:',
        REALTIME_CORS_ORIGINS: 'https://Example.com:443, capacitor://localhost',
        REALTIME_API_KEY: 'one, two',
        JWT_SECRET: 'secret',
        JWT_SECRET_ADMIN: 'other',
        JWT_JWKS_URL: 'https://id.example/jwks.json',
        JWT_JWKS_URL_SHOP: 'http://shop.example/keys',
        JWT_ISSUER: 'https://id.example, other',
        JWT_AUDIENCE: 'chat',
        JWT_CLOCK_TOLERANCE: '9',
        REALTIME_TOKEN_GRACE: '10',
        REALTIME_ROOM_LOG: 'off',
        REALTIME_PRESENCE_GRACE: '0',
        BROADCAST_APP_KEY: 'app-key',
        BROADCAST_APP_SECRET: 'new, old',
        REALTIME_AUTH_ENDPOINT: ' https://app.example/broadcasting/auth ',
        REALTIME_AUTH_HEADERS: 'X-Tenant, x-locale',
        REALTIME_ANONYMOUS_PRESENCE: 'TRUE',
        REALTIME_MAX_PAYLOAD: '2000',
        REALTIME_ROOMS_PER_CONNECTION: '5',
        REALTIME_BATCH_SIZE: '6',
        REALTIME_NAMESPACES_PER_CONNECTION: '7',
        REALTIME_PENDING_JOINS: '8',
        ...LIMIT_VARIABLES,
        REALTIME_REQUIRE_AUTH: 'yes',
        REALTIME_TRUST_PROXY: 'loopback, 10.0.0.0/8',
        REALTIME_DRAIN_DELAY: '50',
        REALTIME_DRAIN_TIME: '2000',
        REALTIME_SHUTDOWN_TIMEOUT: '100',
        REALTIME_DEMO: '1',
        REALTIME_LOG_LEVEL: 'debug',
      },
    });
    expect(settings).toEqual({
      transport: 'socketio',
      host: '::1',
      port: 4000,
      path: '/rt/',
      ssl: false,
      cert: '/path/to/cert.pem',
      key: '/path/to/key.pem',
      worker_num: 1,
      max_conn: 10,
      heartbeat_check_interval: 5,
      heartbeat_idle_time: 12.5,
      namespaces: ['/chat', '/admin'],
      broker: 'redis',
      redis: {
        host: 'cache',
        port: 6380,
        username: 'gateway',
        password: 'hush',
        db: 3,
        tls: true,
        url: 'rediss://other:6381/4',
        prefix: 'app_realtime:',
      },
      cors_origins: ['https://example.com', 'capacitor://localhost'],
      api_keys: ['one', 'two'],
      jwt_secrets: { default: 'secret', admin: 'other' },
      jwks: { default: 'https://id.example/jwks.json', shop: 'http://shop.example/keys' },
      jwt_issuers: ['https://id.example', 'other'],
      jwt_audiences: ['chat'],
      jwt_clock_tolerance: 9,
      token_grace: 10,
      room_log: false,
      presence_grace: 0,
      app_key: 'app-key',
      app_secrets: ['new', 'old'],
      auth_endpoint: 'https://app.example/broadcasting/auth',
      auth_headers: ['x-tenant', 'x-locale'],
      anonymous_presence: true,
      limits: {
        max_payload: 2000,
        rooms_per_connection: 5,
        batch_size: 6,
        namespaces_per_connection: 7,
        pending_joins: 8,
        ...Object.fromEntries(LATER_LIMITS.map((name, index) => [name, 5_000 + index])),
      },
      require_auth: true,
      trust_proxy: ['loopback', '10.0.0.0/8'],
      drain_delay: 50,
      drain_time: 2000,
      shutdown_timeout: 100,
      demo: true,
      log_level: 'debug',
      socketio: {},
    });
  });

  it('joins the secrets of all guards', () => {
    const env = { JWT_SECRET: 'a', JWT_SECRET_ADMIN: 'b' };
    expect(resolveSettings({ env, options: { jwt_secret: { admin: 'c', shop: 'd' } } }).jwt_secrets).toEqual({
      default: 'a',
      admin: 'c',
      shop: 'd',
    });
  });

  it('knows no guard that nobody named', () => {
    const { jwt_secrets } = resolveSettings({ options: { jwt_secret: 'a' } });
    for (const name of ['constructor', '__proto__', 'toString']) expect(jwt_secrets[name]).toBeUndefined();
  });

  it('takes the environment from the options, and none unasked', () => {
    expect(resolveSettings({ options: { env: { REALTIME_SOCKETIO_PORT: '5' } } }).port).toBe(5);
    process.env.REALTIME_SOCKETIO_PORT = '5';
    expect(resolveSettings().port).toBe(3000);
    delete process.env.REALTIME_SOCKETIO_PORT;
  });

  it('tells unknown REALTIME_ variables that may be of other software', () => {
    const env = { REALTIME_DASHBOARD_COLOUR: 'red', REALTIME_BROKER: 'memory', PATH: '/' };
    expect(resolveSettings({ env })).toEqual(resolveSettings());
    expect(unknownVariables(env)).toEqual(['REALTIME_DASHBOARD_COLOUR']);
  });
});

const option = (options: unknown): SettingsSources => untyped(options);
const variable = (env: Record<string, string>): SettingsSources => ({ env });
const flag = (flags: Record<string, unknown>): SettingsSources => ({ flags });
const port = 'it must be a whole number from 0 to 65535';
const endpoint =
  'it must be a whole URL such as https://example.com/broadcasting/auth, without a user or a fragment';

it.each<[SettingsSources, string]>([
  [option({ prot: 1 }), 'unknown setting "prot"; did you mean "port"?'],
  [option({ workerNum: 1 }), 'unknown setting "workerNum"; did you mean "worker_num"?'],
  [option({ flux_capacitor: 1 }), 'unknown setting "flux_capacitor"'],
  [option(JSON.parse('{"__proto__": 1}')), 'unknown setting "__proto__"'],
  [
    option({ limits: { max_paylod: 1 } }),
    'unknown setting "limits.max_paylod"; did you mean "limits.max_payload"?',
  ],
  [
    variable({ REALTIME_SOCKETIO_PROT: '1' }),
    'unknown setting "REALTIME_SOCKETIO_PROT"; did you mean "REALTIME_SOCKETIO_PORT"?',
  ],
  [flag({ prot: '1' }), 'unknown flag "--prot"; did you mean "--port"?'],
  [flag({ max_conn: '1' }), 'unknown flag "--max_conn"; did you mean "--max-conn"?'],
  [option({ port: 'abc' }), `port is "abc": ${port}`],
  [option({ port: 65_536 }), `port is 65536: ${port}`],
  [option({ port: 1.5 }), `port is 1.5: ${port}`],
  [option({ port: null }), `port is null: ${port}`],
  [variable({ REALTIME_SOCKETIO_PORT: '-1' }), `REALTIME_SOCKETIO_PORT is "-1": ${port}`],
  [flag({ port: '0x10' }), `--port is "0x10": ${port}`],
  [flag({ port: '' }), `--port is "": ${port}`],
  [variable({ REALTIME_TRANSPORT: 'sse' }), 'REALTIME_TRANSPORT is "sse": it must be "socketio"'],
  [option({ host: 'a b' }), 'host is "a b": it must be a host name or an IP address'],
  [option({ auth_endpoint: '/broadcasting/auth' }), `auth_endpoint: ${endpoint}`],
  [option({ auth_endpoint: 'ftp://app.example/' }), `auth_endpoint: ${endpoint}`],
  [option({ auth_endpoint: 7 }), `auth_endpoint: ${endpoint}`],
  [flag({ 'auth-endpoint': 'http://me:hush@app.example/' }), `--auth-endpoint: ${endpoint}`],
  [
    variable({ REALTIME_AUTH_HEADERS: 'X-Tenant,Host' }),
    'REALTIME_AUTH_HEADERS is "X-Tenant,Host": "Host" is not for clients to choose',
  ],
  [
    option({ auth_headers: ['X-Forwarded-For'] }),
    'auth_headers is ["X-Forwarded-For"]: "X-Forwarded-For" is not for clients to choose',
  ],
  [option({ auth_headers: 'a b' }), 'auth_headers is "a b": "a b" is not the name of a header'],
  [option({ path: 'ws' }), 'path is "ws": it must be a path such as /socket.io/'],
  [option({ path: '/' }), 'path is "/": that path is taken; /socket.io/ is usual'],
  [option({ path: '/api' }), 'path is "/api": that path is taken; /socket.io/ is usual'],
  [flag({ ssl: 'maybe' }), '--ssl is "maybe": it must be true or false'],
  [
    flag({ workers: 'many' }),
    '--workers is "many": it must be a whole number from 1 to 1024, or "auto", one for each core',
  ],
  [
    option({ worker_num: 0 }),
    'worker_num is 0: it must be a whole number from 1 to 1024, or "auto", one for each core',
  ],
  [option({ broker: 'kafka' }), 'broker is "kafka": it must be "memory" or "redis"'],
  [option({ redis: 'localhost' }), 'redis is "localhost": it must be an object'],
  [variable({ REDIS_PORT: 'x' }), 'REDIS_PORT is "x": it must be a whole number from 1 to 65535'],
  [variable({ REDIS_DB: 'users' }), 'REDIS_DB is "users": it must be a whole number from 0 to 1000000'],
  [
    variable({ REDIS_URL: 'https://cache' }),
    'REDIS_URL: it must be a URL such as redis://localhost:6379/0, or rediss:// for TLS',
  ],
  [
    option({ redis: { prefix: 'a{b}' } }),
    'redis.prefix is "a{b}": it must be text such as "realtime:", without spaces and braces',
  ],
  [
    option({ redis: { cluster: [] } }),
    'redis.cluster is []: it must be some nodes of a Redis Cluster, such as ["redis-1:6379", "redis-2:6379"]',
  ],
  [
    option({ redis: { options: { keyPrefix: 'app:' } } }),
    'redis.options: leave keyPrefix out, which is for keys alone; redis.prefix is for all names',
  ],
  [option({ redis: { options: 'x' } }), 'redis.options: it must be an object of ioredis options'],
  [option({ max_conn: 0 }), 'max_conn is 0: it must be a whole number from 1 to 10000000'],
  [
    option({ heartbeat_idle_time: 25 }),
    'heartbeat_idle_time is 25: it must be more than heartbeat_check_interval, which is 25',
  ],
  [
    variable({ REALTIME_HEARTBEAT_CHECK_INTERVAL: '60' }),
    'REALTIME_HEARTBEAT_CHECK_INTERVAL is "60": it must be less than heartbeat_idle_time, which is 60',
  ],
  [
    flag({ 'heartbeat-idle-time': 'long' }),
    '--heartbeat-idle-time is "long": it must be a number of seconds from 0.1 to 172800',
  ],
  [
    option({ namespaces: ['/ok', '/no t'] }),
    'namespaces is ["/ok","/no t"]: it must be a list of namespaces such as /chat,/admin',
  ],
  [option({ namespaces: [] }), 'namespaces is []: it must be a list of namespaces such as /chat,/admin'],
  [
    option({ cors_origins: 'https://a.example/chat' }),
    'cors_origins is "https://a.example/chat": it must be "*" or origins such as https://example.com, without a path',
  ],
  [
    option({ cors_origins: ['*', 'https://a.example'] }),
    'cors_origins is ["*","https://a.example"]: "*" must stand alone',
  ],
  [
    option({ api_key: 'my secret key' }),
    'api_key: it must be one key or several with commas, in printable characters without spaces',
  ],
  [
    option({ jwt_secret: '' }),
    'jwt_secret: it must be a secret that is not empty, or an object of one secret for each guard',
  ],
  [
    option({ jwt_secret: { admin: 5 } }),
    'jwt_secret.admin: it must be a secret that is not empty, or an object of one secret for each guard',
  ],
  [
    variable({ JWT_SECRET___PROTO__: 'x' }),
    'JWT_SECRET___PROTO__: a guard is named by letters, digits, _ and -',
  ],
  [
    option({ jwt_secret: '-----BEGIN PUBLIC KEY-----\nMIIB' }),
    'jwt_secret: that is a key in PEM, and no secret; public keys are given as a key set (jwks)',
  ],
  [option({ jwks: 5 }), 'jwks: it must be a URL, the path of a JSON file, or an object { keys: [...] }'],
  [
    option({ jwks: { admin: null } }),
    'jwks.admin: it must be a URL, the path of a JSON file, or an object { keys: [...] }',
  ],
  [flag({ 'jwks-url': 'https://' }), '--jwks-url: that is not a URL'],
  [
    variable({ JWT_JWKS_URL: '/nowhere/jwks.json' }),
    'JWT_JWKS_URL: the file "/nowhere/jwks.json" can\'t be read: there is no such file',
  ],
  [option({ jwks: { keys: [] } }), 'jwks: it must hold { "keys": [ ... ] } with at least one key'],
  [option({ jwks: { keys: [7] } }), 'jwks: keys[0] is not a JWK'],
  [
    option({ jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }),
    'jwks: keys[0] is a secret; give that as jwt_secret',
  ],
  [
    option({ jwks: { shop: { keys: [{ kty: 'EC', d: 'c2VjcmV0' }] } } }),
    'jwks.shop: keys[0] is a private key, which the gateway must not have',
  ],
  [
    variable({ JWT_JWKS_URL___PROTO__: 'https://id.example' }),
    'JWT_JWKS_URL___PROTO__: a guard is named by letters, digits, _ and -',
  ],
  [option({ jwt_issuer: 5 }), 'jwt_issuer is 5: it must be one or several with commas, each not empty'],
  [
    option({ token_grace: -1 }),
    'token_grace is -1: it must be a whole number of milliseconds from 0 to 3600000',
  ],
  [
    option({ app_key: 'a:b', app_secret: 's' }),
    'app_key is "a:b": it must be a name without spaces and colons',
  ],
  [
    option({ app_key: 'a', app_secret: ['s', ''] }),
    'app_secret: it must be one secret or several with commas, each not empty',
  ],
  [option({ app_key: 'a' }), 'app_key is given, so app_secret must be too'],
  [
    variable({ BROADCAST_APP_SECRET: 's' }),
    'BROADCAST_APP_SECRET is given, so BROADCAST_APP_KEY must be too',
  ],
  [flag({ 'app-key': 'a' }), '--app-key is given, so --app-secret must be too'],
  [option({ anonymous_presence: 'perhaps' }), 'anonymous_presence is "perhaps": it must be true or false'],
  [
    variable({ REALTIME_MAX_PAYLOAD: '1MB' }),
    'REALTIME_MAX_PAYLOAD is "1MB": it must be a whole number of bytes from 1024 to 1000000000',
  ],
  [
    option({ limits: { batch_size: 0 } }),
    'limits.batch_size is 0: it must be a whole number from 1 to 100000',
  ],
  [option({ limits: [] }), 'limits is []: it must be an object'],
  [
    variable({ REALTIME_TRUST_PROXY: 'true' }),
    'REALTIME_TRUST_PROXY is "true": it must be false, the number of proxies in front, or their addresses such as 10.0.0.0/8,::1',
  ],
  [
    option({ trust_proxy: ['10.0.0.0/99'] }),
    'trust_proxy is ["10.0.0.0/99"]: it must be false, the number of proxies in front, or their addresses such as 10.0.0.0/8,::1',
  ],
  [
    option({ shutdown_timeout: -1 }),
    'shutdown_timeout is -1: it must be a whole number of milliseconds from 0 to 600000',
  ],
  [
    option({ log_level: 'loud' }),
    'log_level is "loud": it must be "fatal" or "error" or "warn" or "info" or "debug" or "trace" or "silent"',
  ],
  [option({ socketio: 5 }), 'socketio is 5: it must be an object of Socket.IO server options'],
  [option({ logger: {} }), 'logger: it must have the functions debug, info, warn, error'],
  [flag({ ssl: true }), '--ssl is on, so --cert must be the path of a PEM file'],
  [
    variable({ REALTIME_SOCKETIO_SSL: 'true', REALTIME_SOCKETIO_CERT: '/c.pem' }),
    'REALTIME_SOCKETIO_SSL is on, so REALTIME_SOCKETIO_KEY must be the path of a PEM file',
  ],
  [
    option({ cert: '/c.pem', key: '/k.pem' }),
    'cert is given but ssl is not: set ssl to true to serve https, or to false',
  ],
  [
    option({ ssl: true, cert: '/nowhere/c.pem', key: '/nowhere/k.pem' }),
    'cert: the file "/nowhere/c.pem" can\'t be read: there is no such file',
  ],
])('%j is refused by one clear line', (sources, line) => {
  expect(lineOf(sources)).toBe(line);
});

it('shows no secret', () => {
  for (const sources of [
    option({ api_key: 'p4ss word' }),
    flag({ 'redis-password': 5 }),
    option({ redis: { url: 'p4ss' } }),
  ]) {
    expect(lineOf(sources)).not.toMatch(/p4ss|5/);
  }
});

it('is one line, whatever the value', () => {
  const line = lineOf(option({ host: `a\nb${'x'.repeat(500)}` }));
  expect(line).not.toContain('\n');
  expect(line.length).toBeLessThan(200);
});

it('takes console and any logger that has the four functions', () => {
  expect(resolveSettings({ options: { logger: console } })).toEqual(
    resolveSettings({ options: { logger: silentLogger } }),
  );
});
