import { expect, it } from 'vitest';
import { MessageList } from '../../src/bindings/messages';
import { EventLog } from '../support/event-log';
import { next, open, startGateway } from '../support/realtime-pair';

/** Notes each change of a list by what it then holds. */
function changesOf<Data>(list: MessageList<Data>): EventLog {
  const log = new EventLog();
  list.watch(() => log.note(list.messages.map(({ data, status }) => `${data} ${status}`).join(', ')));
  return log;
}

it('lists what is received and what is sent, in order, with what became of it', async () => {
  const gateway = await startGateway();
  const [ann, bob] = [open(gateway.url), open(gateway.url)];
  const [room, other] = await Promise.all([ann.join('news'), bob.join('news')]);
  const list = new MessageList<string>();
  const log = changesOf(list);
  room.on('said', (data, meta) => list.receive(data as string, meta));
  list.send(room, 'said', 'hello');
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
  const room = await realtime.join('news');
  const list = new MessageList<{ text: string }>();
  const message = { text: 'hello' };
  realtime.disconnect();
  const settled = new EventLog();
  list.watch(() => settled.note(String(list.messages.at(-1)?.status)));
  list.send(room, 'said', message);
  await settled.until('failed');
  expect(list.messages).toMatchObject([{ data: message, status: 'failed', error: { code: 'closed' } }]);
  await realtime.connect().ready();
  list.send(room, 'said', { text: 'another' });
  list.send(room, 'said', message);
  await settled.until('sent');
  expect(list.messages.map(({ data }) => data.text)).toEqual(['another', 'hello']);
  expect(list.messages[1]).not.toHaveProperty('error');
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
