import { expect, it } from 'vitest';
import { MessageList } from '../../src/bindings/messages';
import { heldChannel } from '../../src/bindings/room';
import { APP, sign } from '../support/auth-endpoint';
import { EventLog } from '../support/event-log';
import { next, open, startGateway } from '../support/realtime-pair';
import { turn, watchRoom } from './watched-room';

/** Notes each change of a list by what it then holds. */
function changesOf<Data>(list: MessageList<Data>): EventLog {
  const log = new EventLog();
  list.watch(() => log.note(list.messages.map(({ data, status }) => `${data} ${status}`).join(', ')));
  return log;
}

it('lists what is received and what is sent, in order, with what became of it', async () => {
  const gateway = await startGateway();
  const [ann, bob] = [open(gateway.url), open(gateway.url)];
  const held = watchRoom(ann, 'news');
  const [other] = await Promise.all([bob.join('news'), held.log.until('joined')]);
  const room = held.channel;
  const list = new MessageList<string>();
  const log = changesOf(list);
  room.on('said', (data, meta) => list.receive(data as string, meta));
  list.send(ann, 'news', 'said', 'hello');
  await log.until('hello sent');
  const heard = next(room, 'said');
  other.emit('said', 'hi');
  await heard;
  expect(log.names).toEqual(['hello sending', 'hello sent', 'hello sent, hi received']);
  expect(list.messages).toMatchObject([
    { isOwn: true, meta: {} },
    { isOwn: false, meta: { channel: 'news' } },
  ]);
  const keys = list.messages.map(({ key }) => key);
  expect(new Set(keys).size).toBe(2);
});

it('shows what failed with its error, and once only when it is sent again', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await watchRoom(realtime, 'news').log.until('joined');
  const list = new MessageList<{ text: string }>();
  const message = { text: 'hello' };
  realtime.disconnect();
  const settled = new EventLog();
  list.watch(() => settled.note(String(list.messages.at(-1)?.status)));
  list.send(realtime, 'news', 'said', message);
  await settled.until('failed');
  expect(list.messages).toMatchObject([{ data: message, status: 'failed', error: { code: 'closed' } }]);
  await realtime.connect().ready();
  list.send(realtime, 'news', 'said', { text: 'another' });
  list.send(realtime, 'news', 'said', message);
  await settled.until('sent');
  expect(list.messages.map(({ data }) => data.text)).toEqual(['another', 'hello']);
  expect(list.messages[1]).not.toHaveProperty('error');
});

it('sends to a room that is still being authorized as soon as it has been joined', async () => {
  const gateway = await startGateway(APP);
  let allow = () => {};
  const realtime = await open(gateway.url, {
    authorizer: (rooms, socketId) =>
      new Promise((resolve) => {
        allow = () => resolve(Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)])));
      }),
  }).ready();
  watchRoom(realtime, 'private.news');
  await turn();
  const list = new MessageList<string>();
  const log = changesOf(list);
  list.send(realtime, 'private.news', 'said', 'hello');
  await realtime.request('marker');
  allow();
  await log.until('hello sent');
  expect(log.names).toEqual(['hello sending', 'hello sent']);
});

it('does not join a room again that was given up meanwhile', async () => {
  const gateway = await startGateway(APP);
  const realtime = await open(gateway.url, { authorizer: () => new Promise(() => {}) }).ready();
  const room = watchRoom(realtime, 'private.news');
  await turn();
  const list = new MessageList<string>();
  const log = changesOf(list);
  list.send(realtime, 'private.news', 'said', 'hello');
  room.release();
  await log.until('hello failed');
  expect(list.messages[0]?.error).toMatchObject({ code: 'not_in_room' });
  expect(() => heldChannel(realtime, 'private.news')).toThrow("isn't in use");
});

it('lists nothing that can not be sent', () => {
  const realtime = open('http://localhost:1', { autoConnect: false });
  const list = new MessageList<string>();
  expect(() => list.send(realtime, 'news', 'said', 'hello')).toThrow('"news" isn\'t in use');
  expect(list.messages).toEqual([]);
});

it('keeps the newest up to its limit, what it begins with among them', () => {
  const list = new MessageList({ limit: 3, initial: [1, 2, 3, 4] });
  const before = list.messages;
  expect(before.map(({ data }) => data)).toEqual([2, 3, 4]);
  list.receive(5, { id: 'five' });
  expect(list.messages.map(({ data }) => data)).toEqual([3, 4, 5]);
  expect(list.messages.slice(0, 2)).toEqual(before.slice(1));
  expect(new Set(list.messages.map(({ key }) => key)).size).toBe(3);
});

it('gives messages of one id different keys', () => {
  const list = new MessageList();
  list.receive('a', { id: 'same' });
  list.receive('b', { id: 'same' });
  expect(list.messages[0]?.key).not.toBe(list.messages[1]?.key);
});

it('says what is wrong with a limit', () => {
  for (const limit of [0, -1, Number.NaN]) {
    expect(() => new MessageList({ limit })).toThrow(`limit: ${limit} is not 1 or more messages`);
  }
});

it('calls nobody who has stopped watching', () => {
  const list = new MessageList<number>();
  const calls: string[] = [];
  const watcher = () => calls.push('same');
  const stop = list.watch(watcher);
  list.watch(watcher);
  stop();
  list.receive(1, {});
  expect(calls).toEqual(['same']);
});
