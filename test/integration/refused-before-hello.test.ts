import { expect, it } from 'vitest';
import { open, SECRET, startGateway, tokenFor } from '../support/realtime-pair';

it("tells the gateway's own code of a refusal that comes with the first joins", async () => {
  const gateway = await startGateway({ jwt_secret: SECRET });
  const realtime = open(gateway.url);
  await expect(realtime.join('presence.room')).rejects.toMatchObject({ code: 'unauthorized' });
});

it('decides anew about a room that was refused before, when it is joined again', async () => {
  const gateway = await startGateway({ jwt_secret: SECRET });
  const realtime = open(gateway.url);
  const channel = realtime.channel('presence.room');
  await expect(channel.ready).rejects.toMatchObject({ code: 'unauthorized' });
  await realtime.request('auth', { token: await tokenFor('9') });
  await expect(channel.ready).rejects.toMatchObject({ code: 'unauthorized' });
  expect(await realtime.join('presence.room')).toBe(channel);
  expect(await channel.ready).toBe(channel);
  expect(channel.presence.members.map(({ id }) => id)).toEqual(['9']);
});
