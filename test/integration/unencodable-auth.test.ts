import { expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { next, open, SOON, startGateway } from '../support/realtime-pair';

it.each([
  ['that JSON cannot hold', { big: 1n }],
  ['over the limit', 'x'.repeat(1_100_000)],
])('tells by "connect_error" of credentials %s, and asks again', async (_kind, credentials) => {
  const gateway = await startGateway();
  const answers = [credentials, null];
  const realtime = open(gateway.url, { ...SOON, auth: () => answers.shift() as string });
  expect(await next(realtime, 'connect_error')).toBeInstanceOf(RealtimeError);
  await realtime.ready();
  expect(answers).toEqual([]);
});
