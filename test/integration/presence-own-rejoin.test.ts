import { expect, it } from 'vitest';
import { cut, next, open, SECRET, SOON, startGateway, tokenFor } from '../support/realtime-pair';

it('announces no change of the own entry after a reconnect, when it is as it was', async () => {
  const gateway = await startGateway({ jwt_secret: SECRET });
  const realtime = open(gateway.url, { ...SOON, auth: await tokenFor('2') });
  await realtime.join('presence.room');
  const { presence } = realtime.channel('presence.room');
  await presence.update({ mood: 'busy' });
  await realtime.request('marker');
  const changes: unknown[] = [];
  presence.on('updated', ({ info }) => changes.push(info));
  const back = next(realtime, 'reconnected');
  cut(gateway, realtime);
  await back;
  await realtime.request('marker');
  expect(presence.get('2')?.info).toEqual({ mood: 'busy' });
  expect(changes).toEqual([]);
});
