import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/support/programs';
import { RedisServer } from '../../../test/support/redis-server';
import { startTestGateway } from '../../src/testing';
import { CliRun, cli, served } from './cli-support';
import { client, next } from './support';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** A WebSocket that answers nothing, not even the end of the connection. */
async function deafClient(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
}

describe('the command', () => {
  it('tells its version', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('tells what it can do', async () => {
    for (const args of [['--help'], []]) {
      const { code, stdout, stderr } = await cli(args);
      expect([code, stderr]).toEqual([0, '']);
      for (const word of ['serve', 'publish', 'listen']) expect(stdout).toContain(word);
    }
    const { code, stdout } = await cli(['serve', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--port <number>');
    expect(stdout).toContain('[REALTIME_SOCKETIO_PORT]');
  });

  it.each([
    [['serve', '--prot=3000'], 'unknown flag "--prot"; did you mean "--port"?'],
    [['serve', '--flux'], 'unknown flag "--flux"; see toporia-gateway --help'],
    [['publish', '--prot'], 'unknown flag "--prot"; see toporia-gateway --help'],
    [['serve', '--port'], 'option "--port <number>" argument missing; see toporia-gateway --help'],
    [['serve', '--port=x'], '--port is "x": it must be a whole number from 0 to 65535'],
    [['serve', '--transport=sse'], '--transport is "sse": it must be "socketio"'],
    [['serve', '--ssl'], '--ssl is on, so --cert must be the path of a PEM file'],
    [
      ['serve', '--ssl', '--cert=/nowhere/c.pem', '--key=/nowhere/k.pem'],
      '--cert: the file "/nowhere/c.pem" can\'t be read: there is no such file',
    ],
    [['sevre'], 'unknown command "sevre"; did you mean "serve"?'],
    [['publish', 'news'], 'missing required argument "event"; see toporia-gateway --help'],
    [
      ['publish', 'news', 'flash', '{"a"', '--key=k'],
      `the data is not JSON: "{\\"a\\""; text needs its quotes, as in '"hello"'`,
    ],
    [
      ['publish', 'news', 'flash', '1'],
      'a key of the HTTP API is needed: give --key, or set REALTIME_API_KEY',
    ],
    [
      ['publish', 'news', 'flash', '1', '--key=k', '--url=nowhere'],
      '--url is "nowhere": it must be an address such as http://127.0.0.1:3000',
    ],
    [
      ['publish', 'news', 'flash', '1', '--key=k', '--redis-url=redis://127.0.0.1'],
      '--redis-url is one way and --url with --key another: give one of the two',
    ],
    [
      ['publish', 'news', 'flash', '1', '--redis-url=nowhere'],
      '--redis-url: it must be a URL such as redis://localhost:6379/0, or rediss:// for TLS',
    ],
    [
      ['publish', 'a b', 'flash', '1', '--key=k'],
      '"a b" is not the name of a room: it may hold only A-Z a-z 0-9 . _ - :',
    ],
    [['listen'], 'missing required argument "room"; see toporia-gateway --help'],
    [['listen', 'a b'], 'the room "a b": it may hold only A-Z a-z 0-9 . _ - :'],
    [['listen', 'news', '--count=none'], '--count is "none": it must be a whole number from 1'],
  ])('%j is wrong use: one line, code 2', async (args, line) => {
    expect(await cli(args)).toEqual({ code: 2, stdout: '', stderr: `toporia-gateway: ${line}\n` });
  });

  it('names a variable that is wrong', async () => {
    expect(await cli(['serve'], { REALTIME_SOCKETIO_PORT: 'x' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'toporia-gateway: REALTIME_SOCKETIO_PORT is "x": it must be a whole number from 0 to 65535\n',
    });
  });
});

describe('serve', () => {
  it('says where it listens and that it is in development mode, one JSON line each', async () => {
    const { run, url } = await served();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => /^listening on http:\/\/127\.0\.0\.1:\d+$/.test(msg))).toHaveLength(1);
    expect(lines.filter(({ msg }) => /development mode/.test(msg))).toHaveLength(1);
    expect(run.stderr).toBe('');
  });

  it('does not speak of development with a secret configured, nor tell it', async () => {
    const { run } = await served(['--jwt-secret=hush-hush-hush-hush-hush-hush-hush'], {
      REALTIME_API_KEY: 'hush-key',
    });
    expect(run.stdout).not.toMatch(/development mode|hush/);
  });

  it('warns of a variable that it does not know', async () => {
    const { run } = await served([], { REALTIME_DASHBOARD_COLOUR: 'red' });
    expect(run.stdout).toContain(
      'REALTIME_DASHBOARD_COLOUR is not a setting of the gateway, so it is ignored',
    );
  });

  it('serves the demo chat, and says where', async () => {
    const { run, url } = await served(['--demo']);
    await run.prints(/the demo chat is at http:\/\/127\.0\.0\.1:\d+\//);
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(`${url}/toporia-realtime.umd.min.js`)).status).toBe(200);
  });

  it('tells of a port in use by one line, code 1', async () => {
    await using other = await startTestGateway();
    const port = new URL(other.url).port;
    const { code, stderr } = await cli(['serve', '--host=127.0.0.1', `--port=${port}`, '--log-level=silent']);
    expect([code, stderr]).toEqual([
      1,
      `toporia-gateway: Port ${port} on 127.0.0.1 is already in use; choose another with --port or REALTIME_SOCKETIO_PORT.\n`,
    ]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s: clients told, code 0', async (signal) => {
    const { run, url } = await served();
    const socket = await client(url, { reconnection: false });
    const bye = next(socket, 'toporia:bye');
    const lost = next(socket, 'disconnect');
    run.child.kill(signal);
    expect((await bye)[0]).toMatchObject({ code: 'restart' });
    expect((await lost)[0]).not.toBe('io server disconnect');
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('first only says that it is not ready, and then lets its clients go one after the other', async () => {
    const { run, url } = await served(['--drain-delay=1000', '--drain-time=1000']);
    const sockets = [await client(url, { reconnection: false })];
    run.child.kill('SIGTERM');
    await run.prints(/a second signal ends at once/);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    sockets.push(await client(url, { reconnection: false }));
    const [first, second] = sockets.map((socket) => next(socket, 'toporia:bye'));
    await first;
    expect(await sockets[1]?.emitWithAck('join', 'news')).toMatchObject({ room: 'news' });
    await second;
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends in time although a client does not go', async () => {
    const { run, url } = await served(['--shutdown-timeout=100']);
    await deafClient(url);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(0);
  });

  it('ends at once on a second signal', async () => {
    const { run, url } = await served(['--shutdown-timeout=600000']);
    await deafClient(url);
    run.child.kill('SIGTERM');
    await run.prints(/a second signal ends at once/);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });
});

describe('publish', () => {
  it('publishes, and prints the id', async () => {
    await using gateway = await startTestGateway({ api_key: 'key' });
    const socket = await client(`${gateway.url}/chat`);
    await socket.emitWithAck('join', 'news');
    const arrived = next(socket, 'flash');
    const { code, stdout, stderr } = await cli(
      ['publish', 'news', 'flash', '{"text":"hello"}', `--url=${gateway.url}`, '--namespace=/chat'],
      { REALTIME_API_KEY: 'key,old-key' },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(await arrived).toEqual([{ text: 'hello' }]);
  });

  it('says why it could not, code 1', async () => {
    await using gateway = await startTestGateway({ api_key: 'key' });
    await using open = await startTestGateway();
    const gone = await startTestGateway();
    await gone.stop();
    const other = createServer((_request, response) => response.end('<p>hello'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const web = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const publish = (url: string, key: string, room = 'news') =>
      cli(['publish', room, 'flash', '1', `--url=${url}`, `--key=${key}`]);
    const failed = (line: string) => ({ code: 1, stdout: '', stderr: `toporia-gateway: ${line}\n` });

    expect(await publish(gateway.url, 'wrong')).toEqual(
      failed(`the gateway at ${gateway.url} does not know this key (401)`),
    );
    expect(await publish(open.url, 'key')).toEqual(
      failed(
        `the HTTP API at ${open.url} is off (404); start the gateway with --api-key or REALTIME_API_KEY`,
      ),
    );
    expect(await publish(gone.url, 'key')).toEqual(
      failed(`nothing listens at ${gone.url}; is the gateway running?`),
    );
    expect(await publish(web, 'key')).toEqual(
      failed(`${web} answered 200, and not as a Toporia gateway does`),
    );
    other.close();
  });
});

describeWith('redis-server', 'publish, through Redis', () => {
  it('needs no gateway, and goes by the settings of the gateways', async () => {
    await using server = await RedisServer.start({ requirepass: 'secret' });
    const redis = new Redis({ port: server.port, password: 'secret' });
    onTestFinished(() => redis.disconnect());
    const url = `redis://:secret@127.0.0.1:${server.port}`;
    const byFlag = await cli(['publish', 'news', 'flash', '1', `--redis-url=${url}`]);
    expect(byFlag).toMatchObject({ code: 0, stderr: '' });
    const env = {
      REALTIME_BROKER: 'redis',
      REDIS_PORT: `${server.port}`,
      REDIS_PASSWORD: 'secret',
      REALTIME_ROOM_LOG_MESSAGES: '1',
    };
    const bySettings = await cli(['publish', 'news', 'flash', '2'], env);
    expect(bySettings).toMatchObject({ code: 0, stderr: '' });
    const [[, fields] = [], ...others] = await redis.xrange('realtime:news', '-', '+');
    expect(JSON.parse(fields?.[1] ?? '')).toMatchObject({ id: bySettings.stdout.trim(), data: 2 });
    expect(others).toEqual([]);

    const wrong = await cli(['publish', 'news', 'flash', '1'], { ...env, REDIS_PASSWORD: 'wrong' });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(
      /^toporia-gateway: the password for .* is wrong \(redis\.password, REDIS_PASSWORD\)\n$/,
    );
  });
});

describe('listen', () => {
  it('prints what arrives, a line each, and stops after --count', async () => {
    await using gateway = await startTestGateway();
    const run = new CliRun(['listen', 'news', 'sport', `--url=${gateway.url}`, '--count=3']);
    await run.prints(/listening to news, sport/);
    gateway.broadcast('news', 'flash', { text: 'hello\n\u001b[2J\u202e' });
    gateway.broadcast('sport', 'goal', [1, 2]);
    gateway.broadcast('other', 'unheard');
    gateway.broadcast('news', 'empty');
    gateway.broadcast('news', 'too late');
    expect(await run.ended).toEqual({
      code: 0,
      stdout: 'news flash {"text":"hello\\n\\u001b[2J\\u202e"}\nsport goal [1,2]\nnews empty null\n',
      stderr: 'toporia-gateway: listening to news, sport\n',
    });
  });

  it('prints JSON with --json', async () => {
    await using gateway = await startTestGateway();
    const run = new CliRun([
      'listen',
      'news',
      '--json',
      `--url=${gateway.url}`,
      '--namespace=chat',
      '--count=1',
    ]);
    await run.prints(/listening to news/);
    const { id } = gateway.broadcast('news', 'flash', { n: 1 }, { namespace: '/chat' });
    expect(JSON.parse((await run.ended).stdout)).toMatchObject({
      room: 'news',
      event: 'flash',
      data: { n: 1 },
      meta: { id, channel: 'news' },
    });
  });

  it('comes back after a lost connection, rooms and all', async () => {
    await using gateway = await startTestGateway();
    const run = new CliRun(['listen', 'news', `--url=${gateway.url}`, '--count=1']);
    await run.prints(/listening to news/);
    gateway.dropConnections();
    await run.prints(/connection lost \(transport close\); trying again/);
    await run.prints(/back in news/);
    gateway.broadcast('news', 'flash', 1);
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'news flash 1\n' });
  });

  it('says which rooms could not be joined, and ends with code 1 if none could', async () => {
    await using gateway = await startTestGateway();
    const some = new CliRun(['listen', 'news', 'private-1', `--url=${gateway.url}`, '--count=1']);
    await some.prints(/can't join private-1: .+/);
    await some.prints(/listening to news\n/);
    gateway.broadcast('news', 'flash');
    expect((await some.ended).code).toBe(0);
    const { code, stdout, stderr } = await cli(['listen', 'private-1', `--url=${gateway.url}`]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^toporia-gateway: can't join private-1: .+\ntoporia-gateway: no room could be joined\n$/,
    );
  });

  it('says why the gateway refused it', async () => {
    await using gateway = await startTestGateway({ jwt_secret: 'a secret that only the tests know' });
    const { code, stdout, stderr } = await cli([
      'listen',
      'news',
      `--url=${gateway.url}`,
      '--token=nonsense',
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^toporia-gateway: the gateway refused the connection: .+\n$/);
  });

  it('comes back to a gateway that restarts', async () => {
    await using gateway = await startTestGateway();
    const run = new CliRun(['listen', 'news', `--url=${gateway.url}`, '--count=1']);
    await run.prints(/listening to news/);
    await gateway.restart();
    await run.prints(/the gateway says goodbye: restart/);
    await run.prints(/back in news/);
    gateway.broadcast('news', 'flash', 1);
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'news flash 1\n' });
  });

  it('says so when nothing listens there', async () => {
    const gone = await startTestGateway();
    await gone.stop();
    expect(await cli(['listen', 'news', `--url=${gone.url}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `toporia-gateway: ${gone.url} can't be reached; is the gateway running?\n`,
    });
  });

  it('ends on SIGINT, code 0', async () => {
    await using gateway = await startTestGateway();
    const run = new CliRun(['listen', 'news', `--url=${gateway.url}`]);
    await run.prints(/listening to news/);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(0);
  });
});
