import { expect, it } from 'vitest';
import { open, SOON, startSocketIo } from '../support/realtime-pair';

it('gives up at once where a Socket.IO server has no such namespace', async () => {
  const { url } = await startSocketIo();
  const realtime = open(`${url}/elsewhere`, SOON);
  await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
  expect(realtime.state).toBe('failed');
});
