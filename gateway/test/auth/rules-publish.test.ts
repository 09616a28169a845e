import { describe, expect, it, vi } from 'vitest';
import type { User } from '../../src/api';
import { gate, sdk, token, user } from '../core/support';
import { startWithRules, undecided } from './support';

describe('publish', () => {
  it('false keeps members from sending, but not the program', async () => {
    const { gateway } = await startWithRules({ 'news.{topic}': { publish: false } });
    const [a, b] = [await user(gateway, 7), await sdk(gateway, '/', { token: await token({ sub: 8 }) })];
    for (const room of ['private-news.a', 'news.a']) {
      for (const each of [a, b]) expect(await each.ask('join', room)).toEqual({ room });
      const refusal = {
        error: { code: 'forbidden', message: `Members may not send to the room "${room}".` },
        room,
      };
      expect(await a.ask('message', { room })).toEqual(refusal);
      expect(await a.ask('message', 'to all')).toMatchObject({ error: { code: 'forbidden' } });
      expect(await b.ask('message', 1, { room })).toEqual(refusal);
      expect(await b.ask('typing.started', {}, { room })).toEqual(refusal);
      gateway.broadcast(room, `end.${room}`);
      expect((await a.before(`end.${room}`)).map(([event]) => event)).not.toContain('message');
    }
  });

  it('false leaves a room out of those that an event without a room goes to', async () => {
    const { gateway } = await startWithRules({ news: { publish: false }, chat: () => true });
    const [a, b] = [await user(gateway, 7), await user(gateway, 8)];
    for (const each of [a, b]) await each.ask('join', { rooms: ['private-news', 'private-chat'] });
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    const c = await user(gateway, 9);
    await c.ask('join', 'private-news');
    expect(await a.ask('message', 2)).toEqual({ status: 'ok' });
    gateway.broadcast('private-news', 'end');
    expect(await c.before('end')).toEqual([]);
    expect(await b.before('end')).toEqual([
      ['message', 1],
      ['message', 2],
    ]);
  });

  it('decides by the event, its data and the user, in the order of the events', async () => {
    const first = gate();
    const publish = vi.fn((_user: User | undefined, _params: object, { event }: { event: string }) =>
      event === 'slow' ? first.opened.then(() => true) : event === 'good',
    );
    const { gateway } = await startWithRules({ 'chat.{id}': { publish } });
    const [a, b] = [await user(gateway, 7), await user(gateway, 8)];
    const room = 'private-chat.1';
    for (const each of [a, b]) await each.ask('join', room);
    const replies = ['slow', 'bad', 'good'].map((event) => a.ask(event, { room }));
    await vi.waitFor(() => expect(publish).toHaveBeenCalledTimes(1));
    first.open();
    expect(await Promise.all(replies)).toMatchObject([
      { status: 'ok' },
      { error: { code: 'forbidden' } },
      { status: 'ok' },
    ]);
    await b.next('good');
    expect(b.received.map(([event]) => event)).toEqual(['slow', 'good']);
    expect(publish.mock.calls[1]).toEqual([
      expect.objectContaining({ id: '7' }),
      { id: '1' },
      { room, namespace: '/', socketId: a.id, event: 'bad', data: { room } },
    ]);
  });

  it('that throws denies', async () => {
    const publish = () => {
      throw new Error('no');
    };
    const { gateway, logger } = await startWithRules({ chat: { publish } });
    const a = await user(gateway, 7);
    await a.ask('join', 'private-chat');
    expect(await a.ask('message', { room: 'private-chat' })).toEqual(undecided('private-chat'));
    expect(logger.messages('error')).toEqual(['a channel rule failed']);
  });
});
