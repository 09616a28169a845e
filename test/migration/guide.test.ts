import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { APP } from '../support/auth-endpoint';
import { next, startGateway, unusedPort } from '../support/realtime-pair';
import { startApplication } from './application';
import { type Guest, guestOfGateway, guestOfPusher } from './guests';
import { guide, type Program, start } from './program';
import { startPusher } from './pusher-server';

/** The programs that the guide shows, by the blocks that make them. */
const PROGRAMS = {
  unmodifiedEcho: ['echo', 'echo-code'],
  echoWithConnector: ['echo-connector', 'echo-code'],
  withoutEcho: ['echo-left'],
  pusher: ['pusher'],
  withoutPusher: ['pusher-left'],
  socketIoServer: ['socketio-server'],
  socketIo: ['socketio'],
  socketIoGateway: ['socketio-gateway'],
  withoutSocketIo: ['socketio-left'],
};

it('runs each block of the guide', () => {
  expect([...guide.keys()].sort()).toEqual([...new Set(Object.values(PROGRAMS).flat())].sort());
});

/** The same happens around each program; returns what it has told. */
async function visit(
  program: Program,
  arrive: () => Promise<Guest>,
  publish: () => void,
): Promise<{ told: string[]; greeting: unknown }> {
  await program.until('1 here');
  const bob = await arrive();
  const greeting = await bob.greeting;
  bob.whisper('typing', { name: 'bob' });
  await program.until('bob is typing');
  publish();
  await program.until('shipped 7');
  bob.leave();
  await program.until('bob went');
  return { told: program.lines.names, greeting };
}

const EXPECTED = {
  told: ['1 here', 'bob came', 'bob is typing', 'shipped 7', 'bob went'],
  greeting: { to: 'bob' },
};

const ORDERS = 'private-orders.7';

describe('the guide from Laravel Echo, and from pusher-js: before and after tell the same', () => {
  it.each([
    ['Echo as it is', PROGRAMS.unmodifiedEcho, 'App\\Events\\OrderShipped'],
    ['Echo with our connector', PROGRAMS.echoWithConnector, 'App\\Events\\OrderShipped'],
    ['without Echo', PROGRAMS.withoutEcho, 'App\\Events\\OrderShipped'],
    ['without pusher-js', PROGRAMS.withoutPusher, 'shipped'],
  ])('%s', async (_title, blocks, event) => {
    const application = await startApplication();
    const gateway = await startGateway({ ...APP, auth_endpoint: application.url });
    const program = start(blocks, {
      'http://localhost:3000': gateway.url,
      'http://localhost:8000/broadcasting/auth': application.url,
    });
    const publish = () => gateway.broadcast(ORDERS, event, { id: 7 });
    expect(await visit(program, () => guestOfGateway(gateway.url), publish)).toEqual(EXPECTED);
  });

  it('pusher-js', async () => {
    const application = await startApplication();
    const pusher = await startPusher();
    const program = start(PROGRAMS.pusher, {
      '6001': pusher.port,
      'http://localhost:8000/broadcasting/auth': application.url,
    });
    const publish = () => pusher.publish(ORDERS, 'shipped', { id: 7 });
    expect(await visit(program, () => guestOfPusher(pusher.port), publish)).toEqual(EXPECTED);
  });
});

describe('the guide from bare Socket.IO: before and after tell the same', () => {
  it.each([
    ['Socket.IO', PROGRAMS.socketIoServer, PROGRAMS.socketIo],
    ['ToporiaRealtime', PROGRAMS.socketIoGateway, PROGRAMS.withoutSocketIo],
    ['Socket.IO with the gateway', PROGRAMS.socketIoGateway, PROGRAMS.socketIo],
  ])('%s, also after a restart of the server', async (_title, server, client) => {
    const port = await unusedPort();
    const serve = () => start(server, { '3000': port });
    const first = serve();
    const other = io(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelay: 50 });
    onTestFinished(() => void other.disconnect());
    await next(other, 'connect');
    const program = start(client, { '3000': port });
    await program.until('saved as 1');
    // Again and again, since nobody but the program knows when it is in its room.
    const say = async (text: string) => {
      const again = setInterval(() => other.volatile.emit('message', { text }), 50);
      await program.until(`heard ${text}`).finally(() => clearInterval(again));
    };
    await say('hello');
    await first.stop();
    serve();
    await say('hello again');
    const told = [...new Set(program.lines.names)];
    expect(told).toEqual(['saved as 1', 'heard hello', 'heard hello again']);
  });
});
