import { expect, it } from 'vitest';
import { next, open, startGateway } from '../support/realtime-pair';

it('tells the client itself of a room that was refused when nobody waits for it or listens to it', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  realtime.channel('private.room').on('note', () => {});
  expect(await next(realtime, 'error')).toMatchObject({ code: 'forbidden' });
});
