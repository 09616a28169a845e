import { describe, expect, test } from 'vitest';
import { Conversation, ROOM } from './conversation';
import type { Fault } from './schedule';
import { suffer } from './weather';

const FAULTS: readonly Fault[] = [
  { kind: 'cut-mid-frame' },
  { kind: 'black-hole', direction: 'down', lasting: 1_200 },
  { kind: 'kill' },
];

/** What a gateway may have sent of a batch when it was killed; its sender is told. */
const BEGUN = ['1', '1,2'];

/** Lets the fault begin before what is done next leaves. */
function begin(conversation: Conversation, fault: Fault): Promise<void> {
  return suffer(conversation, [{ after: 0, member: 0, fault }]);
}

describe.concurrent.each(FAULTS)('$kind', { timeout: 60_000 }, (fault) => {
  test('during a join: the room is joined in the end', async () => {
    await using conversation = await Conversation.start(['alice', 'observer']);
    const { realtime } = conversation.member('alice');
    const happened = begin(conversation, fault);
    const joined = realtime.join('other');
    await happened;
    const channel = await joined;
    const heard = new Promise((resolve) => channel.on('ping', resolve));
    expect(realtime.getRooms()).toContain('other');
    await conversation.settle();
    await conversation.gateway.publish('other', 'ping', 1);
    expect(await heard).toBe(1);
    expect(conversation.account()).toEqual({});
  });

  test('during a leave: the room is left, and stays so', async () => {
    await using conversation = await Conversation.start(['alice', 'observer']);
    const { realtime } = conversation.member('alice');
    await realtime.join('other');
    const heard: unknown[] = [];
    realtime.on('ping', (data) => heard.push(data));
    const happened = begin(conversation, fault);
    const left = realtime.leave('other');
    await happened;
    await left;
    expect(realtime.getRooms()).not.toContain('other');
    await conversation.gateway.publish('other', 'ping', 1);
    await conversation.settle();
    await conversation.gateway.publish('other', 'ping', 2);
    // What comes after it has been heard, so it would have been too.
    await conversation.settle();
    expect(heard).not.toContain(2);
    expect(conversation.account()).toEqual({});
  });

  test('during a batch: all of it came once and in order, or its sender was told', async () => {
    await using conversation = await Conversation.start(['alice', 'observer']);
    const alice = conversation.member('alice');
    const heard: unknown[] = [];
    conversation.member('observer').channel.on('part', (data) => heard.push((data as { n: number }).n));
    const list = [1, 2, 3].map((n) => ({ event: 'part', data: { room: ROOM, n } }));
    const happened = begin(conversation, fault);
    const sent = alice.realtime.request('batch', list).then(
      () => 'delivered',
      ({ code }: { code: string }) => code,
    );
    await happened;
    const outcome = await sent;
    await conversation.settle();
    const isToldGap = conversation.gaps('observer') > 0;
    if (outcome === 'delivered' && !isToldGap) expect(heard).toEqual([1, 2, 3]);
    else expect(['', '1,2,3', ...(fault.kind === 'kill' ? BEGUN : [])]).toContain(heard.join());
    expect(['delivered', 'connection_lost']).toContain(outcome);
    expect(conversation.account()).toEqual({});
  });

  test('during a large binary message: it comes whole, once', async () => {
    await using conversation = await Conversation.start(['alice', 'observer']);
    const heard: Buffer[] = [];
    conversation.member('observer').channel.on('blob', (data) => heard.push(data as Buffer));
    const blob = Uint8Array.from({ length: 400_000 }, (_, index) => index % 251);
    const happened = begin(conversation, fault);
    const sent = conversation.member('alice').channel.request('blob', blob);
    await happened;
    await sent;
    await conversation.settle();
    // A gateway that was killed right after it answered has told the receiver of a gap.
    if (conversation.gaps('observer') === 0) expect(heard).toHaveLength(1);
    expect(heard.length).toBeLessThan(2);
    for (const data of heard) expect(Buffer.from(blob).equals(data)).toBe(true);
    expect(conversation.account()).toEqual({});
  });

  test('during the upgrade from polling to WebSocket: the stream is whole', async () => {
    await using conversation = await Conversation.start(['alice', 'observer'], {
      client: { transports: ['polling', 'websocket'] },
    });
    const { realtime } = conversation.member('alice');
    const upgrading = new Promise<void>((resolve) => realtime.once('connected', () => resolve()));
    realtime.reconnect();
    await upgrading;
    const done = new AbortController();
    const talk = conversation.talk(10, done.signal);
    await begin(conversation, fault);
    done.abort();
    await talk;
    await conversation.settle();
    expect(conversation.account()).toEqual({});
  });
});
