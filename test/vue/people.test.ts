// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { ref } from 'vue';
import { usePresence, useTyping } from '../../src/vue';
import { open, startGateway } from '../support/realtime-pair';
import { mounted, valuesOf } from './mounted';

it('tells who is in a presence room, and changes what the others see', async () => {
  const gateway = await startGateway();
  const [realtime, other] = [open(gateway.url), open(gateway.url)];
  const { used } = mounted(realtime, () => usePresence<string>('presence.room', { info: 'Ann' }));
  const log = valuesOf(() => used.members.value.map(({ info }) => info).join(', '));
  await log.until('Ann');
  const { presence } = await other.join('presence.room', { info: 'Bob' });
  await log.until('Ann, Bob');
  const updated = new Promise((resolve) => presence.on('updated', (member) => resolve(member.info)));
  await used.update('Ann, away');
  await log.until('Ann, away, Bob');
  expect(await updated).toBe('Ann, away');
  other.disconnect();
  await log.until('Ann, away');
  expect(used.status.value).toBe('joined');
});

it('tells who is typing, and that one is', async () => {
  const gateway = await startGateway();
  const [realtime, other] = [open(gateway.url), open(gateway.url)];
  const { typing } = await other.join('chat.1');
  const room = ref<string | null>('chat.1');
  const { used } = mounted(realtime, () => useTyping(room));
  const [seen, theirs] = [valuesOf(used.users), valuesOf(() => '')];
  typing.on('change', (users) => theirs.note(users.join() || 'nobody'));
  used.start('Ann');
  await realtime.join('chat.1');
  typing.start('Bob');
  await seen.until('Bob');
  used.start('Ann');
  await theirs.until('Ann');
  used.stop();
  await theirs.until('nobody');
  room.value = null;
  expect(used.users.value).toEqual([]);
  used.start('Ann');
  used.stop();
});
