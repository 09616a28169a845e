import { expect, it } from 'vitest';
import { holdClient } from '../../src/bindings/client';
import { logOf } from '../support/event-log';
import { open, startGateway, wireNames } from '../support/realtime-pair';
import { turn } from './watched-room';

const states = (log: ReturnType<typeof logOf>) =>
  log.values('state').map((change) => (change as { state: string }).state);

it('connects a client with its first holder, and disconnects it with its last', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = open(gateway.url, { autoConnect: false });
  const log = logOf(realtime, 'state');
  const [first, second] = [holdClient(realtime), holdClient(realtime)];
  await realtime.ready();
  await realtime.request('marker');
  first();
  first();
  await turn();
  expect(realtime.state).toBe('connected');
  second();
  await turn();
  expect(states(log)).toEqual(['connecting', 'connected', 'closed']);
  expect(wire).toEqual(['(connection)', 'toporia:hello', 'marker']);
});

it('does not interrupt the connection for one who is back in the same turn', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url, { autoConnect: false });
  const log = logOf(realtime, 'state');
  holdClient(realtime)();
  const release = holdClient(realtime);
  await realtime.ready();
  release();
  holdClient(realtime);
  await turn();
  expect(states(log)).toEqual(['connecting', 'connected']);
});

it('connects anew after its last holder was gone', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url, { autoConnect: false });
  holdClient(realtime)();
  await turn();
  expect(realtime.state).toBe('closed');
  holdClient(realtime);
  await realtime.ready();
});

it('holds two clients apart', async () => {
  const gateway = await startGateway();
  const [one, other] = [1, 2].map(() => open(gateway.url, { autoConnect: false }));
  if (!one || !other) throw new Error('unreachable');
  const release = holdClient(one);
  holdClient(other);
  await Promise.all([one.ready(), other.ready()]);
  release();
  await turn();
  expect([one.state, other.state]).toEqual(['closed', 'connected']);
});
