import { expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { next, open, SOON, startGateway } from '../support/realtime-pair';

it('tells by "reconnected" that the rooms are back after reconnect(), too', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await realtime.join('news');
  const log = logOf(realtime, 'connected', 'reconnected');
  realtime.reconnect();
  await log.until('reconnected');
  expect(log.names).toEqual(['connected', 'reconnected']);
  expect(await gateway.gateway.channels()).toHaveLength(1);
});

it('tells by "reconnected" that the rooms are back after a reconnect() that followed "reconnect_failed"', async () => {
  const first = await startGateway();
  const realtime = open(first.url, { ...SOON, reconnectionAttempts: 1 });
  await realtime.join('news');
  const failed = next(realtime, 'reconnect_failed');
  await first.stop();
  await failed;
  const second = await startGateway({ port: Number(new URL(first.url).port) });
  const back = next(realtime, 'reconnected');
  realtime.reconnect();
  await back;
  expect(await second.gateway.channels()).toHaveLength(1);
});
