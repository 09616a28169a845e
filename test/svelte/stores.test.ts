import { derived, get } from 'svelte/store';
import { expect, onTestFinished, test } from 'vitest';
import type { ToporiaRealtime } from '../../src';
import { connectionState, messages, presence, type Readable, room, typing } from '../../src/svelte';
import { cut, next, open, SECRET, SOON, startGateway, tokenFor, wireNames } from '../support/realtime-pair';

/** Resolves when the store's value passes. */
function until<T>(store: Readable<T>, passes: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const stop = store.subscribe((value) => {
      if (!passes(value)) return;
      queueMicrotask(() => stop());
      resolve(value);
    });
  });
}

/** Subscribes for the length of the test. */
function keep<T>(store: Readable<T>): T[] {
  const values: T[] = [];
  onTestFinished(store.subscribe((value) => void values.push(value)));
  return values;
}

const joined = (realtime: ToporiaRealtime, name: string) =>
  until(room(realtime, name), ({ status }) => status === 'joined');

test('the state of the connection is followed', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url, SOON);
  const state = connectionState(realtime);
  expect(get(state)).toBe('idle');
  const shown = keep(derived(state, ($state) => $state === 'connected'));
  await until(state, (value) => value === 'connected');
  const back = next(realtime, 'reconnected');
  cut(gateway, realtime);
  await back;
  expect(shown).toEqual([false, true, false, true]);
});

test('a room is joined once for all stores of it, and left with the last', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const realtime = open(gateway.url);
  const first = room(realtime, 'news').subscribe(() => {});
  const second = messages(realtime, 'news', 'flash').subscribe(() => {});
  await joined(realtime, 'news');
  first();
  await realtime.request('ping', {});
  expect(realtime.getRooms()).toEqual(['news']);
  second();
  await realtime.request('ping', {});
  expect(realtime.getRooms()).toEqual([]);
  expect(wire).toEqual(['(connection)', 'toporia:hello', 'join', 'ping', 'ping', 'leave']);
});

test('a refused room says why, and can be asked for again', async () => {
  let isOpen = false;
  const gateway = await startGateway({ jwt_secret: SECRET, channels: { 'private.{id}': () => isOpen } });
  const realtime = open(gateway.url, { auth: await tokenFor('ann') });
  const store = room(realtime, 'private.1');
  keep(store);
  const { error } = await until(store, ({ status }) => status === 'error');
  expect(error?.code).toBe('forbidden');
  isOpen = true;
  store.retry();
  await until(store, ({ status }) => status === 'joined');
});

test('a roster and who is typing are followed', async () => {
  const gateway = await startGateway();
  const ann = open(gateway.url);
  const bob = open(gateway.url);
  const people = presence<{ name: string }>(ann, 'presence-1', { info: { name: 'Ann' } });
  const typists = typing(ann, 'presence-1');
  keep(people);
  keep(typists);
  await until(people, ({ length }) => length === 1);
  const channel = await bob.join('presence-1', { info: { name: 'Bob' } });
  const both = await until(people, ({ length }) => length === 2);
  expect(both.map(({ info }) => info.name).sort()).toEqual(['Ann', 'Bob']);
  channel.typing.start('Bob');
  expect(await until(typists, ({ length }) => length === 1)).toEqual(['Bob']);
  await people.update({ name: 'Anna' });
  await until(people, (members) => members.some(({ info }) => info.name === 'Anna'));
});

test('messages are heard once, however many subscribe, and one sent is shown at once', async () => {
  const gateway = await startGateway();
  const ann = open(gateway.url);
  const bob = await open(gateway.url).join('chat');
  const list = messages<string>(ann, 'chat', 'said', { initial: ['before'] });
  keep(list);
  keep(list);
  await joined(ann, 'chat');
  await bob.request('said', 'hello');
  list.send('hi');
  const all = await until(list, (messages) => messages.at(-1)?.status === 'sent');
  expect(all.map(({ data, isOwn, status }) => ({ data, isOwn, status }))).toEqual([
    { data: 'before', isOwn: false, status: 'received' },
    { data: 'hello', isOwn: false, status: 'received' },
    { data: 'hi', isOwn: true, status: 'sent' },
  ]);
  expect(new Set(all.map(({ key }) => key)).size).toBe(3);
});
