// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { computed, type EffectScope, effectScope, isReactive, reactive, ref } from 'vue';
import type { ToporiaRealtime } from '../../src';
import { type UseMessages, useMessages } from '../../src/vue';
import { next, open, startGateway } from '../support/realtime-pair';
import { mounted, valuesOf } from './mounted';

/** What is listed, as it changes. */
const listed = (used: UseMessages<unknown>) =>
  valuesOf(() => used.messages.value.map(({ data, status }) => `${data} ${status}`).join(', '));

it('lists what is received and what is sent', async () => {
  const gateway = await startGateway();
  const [realtime, other] = [open(gateway.url), open(gateway.url)];
  const room = await other.join('chat');
  const { used } = mounted(realtime, () => useMessages<string>('chat', 'said'));
  const log = listed(used);
  await valuesOf(used.status).until('joined');
  const said = next(room, 'said');
  used.send('hello');
  expect(await said).toBe('hello');
  await log.until('hello sent');
  room.emit('said', 'hi');
  await log.until('hello sent, hi received');
  expect(log.names).toEqual(['', 'hello sending', 'hello sent', 'hello sent, hi received']);
});

it('lists what failed, and once only when it is sent again', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const { used } = mounted(realtime, () => useMessages('chat', 'said'));
  const log = listed(used);
  realtime.disconnect();
  used.send(['hello']);
  await log.until('hello failed');
  expect(used.messages.value[0]?.error).toMatchObject({ code: 'closed' });
  realtime.connect();
  used.send(used.messages.value[0]?.data);
  await log.until('hello sent');
});

it('lists what a form held when it was sent', async () => {
  const gateway = await startGateway();
  const realtime = await open(gateway.url).ready();
  const at = new Date(0);
  const form = reactive({ text: 'hello', tags: ['a'], at, by: { toJSON: () => 'Ann' } });
  const { used } = mounted(realtime, () => useMessages('chat', 'said'));
  used.send(form);
  used.send({ form, tags: form.tags });
  form.text = '';
  form.tags.pop();
  const held = { text: 'hello', tags: ['a'], at, by: 'Ann' };
  expect(used.messages.value.map(({ data }) => data)).toEqual([held, { form: held, tags: ['a'] }]);
  expect(isReactive(used.messages.value[0]?.data)).toBe(false);
});

it('begins a list anew for another room and another event', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const [room, event] = [ref('chat.1'), ref('said')];
  const { used } = mounted(realtime, () => useMessages(room, event));
  const log = listed(used);
  await valuesOf(used.status).until('joined');
  gateway.broadcast('chat.1', 'said', 1);
  await log.until('1 received');
  room.value = 'chat.2';
  expect(used.messages.value).toEqual([]);
  await valuesOf(used.status).until('joined');
  gateway.broadcast('chat.2', 'said', 2);
  await log.until('2 received');
  event.value = 'shouted';
  expect(used.messages.value).toEqual([]);
  gateway.broadcast('chat.2', 'said', 3);
  gateway.broadcast('chat.2', 'shouted', 4);
  await log.until('4 received');
});

describe('what a list begins with', () => {
  const offline = () => open('http://localhost:1', { autoConnect: false });
  const data = ({ messages }: UseMessages<unknown>) => messages.value.map((message) => message.data);

  it('is the history of the first room alone where it is given once', () => {
    const room = ref<string | null>(null);
    const { used } = mounted(offline(), () => useMessages(room, 'said', { initial: [1, 2, 3], limit: 2 }));
    expect(data(used)).toEqual([2, 3]);
    room.value = 'chat.1';
    expect(data(used)).toEqual([2, 3]);
    used.send(4);
    expect(data(used)).toEqual([3, 4]);
    room.value = 'chat.2';
    expect(data(used)).toEqual([]);
    for (const text of [5, 6, 7]) used.send(text);
    expect(data(used)).toEqual([6, 7]);
  });

  it('is read for each room where it is a getter', () => {
    const histories: Record<string, number[]> = { 'chat.1': [1], 'chat.2': [2] };
    const room = ref('chat.1');
    const history = computed(() => ({ initial: histories[room.value] }));
    const { used } = mounted(offline(), () => useMessages(room, 'said', history));
    expect(data(used)).toEqual([1]);
    room.value = 'chat.2';
    expect(data(used)).toEqual([2]);
  });
});

it('works in a scope of its own, and ends with it', async () => {
  const gateway = await startGateway();
  const realtime: ToporiaRealtime = open(gateway.url);
  let scope: EffectScope | undefined;
  const { used } = mounted(realtime, () => {
    scope = effectScope(true);
    return scope.run(() => useMessages('chat', 'said')) as UseMessages<unknown>;
  });
  await valuesOf(used.status).until('joined');
  scope?.stop();
  expect(used.status.value).toBe('idle');
  await new Promise((resolve) => setImmediate(resolve));
  expect(realtime.getRooms()).toEqual([]);
});
