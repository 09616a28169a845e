// @vitest-environment jsdom
import { waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import {
  createRealtimeHooks,
  useConnectionState,
  useEvent,
  useMessages,
  usePresence,
  useRealtime,
  useRoom,
  useTyping,
} from '../../src/react';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway } from '../support/realtime-pair';
import { drawHook } from './drawn';

describe('useConnectionState', () => {
  it('follows the connection', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url, { ...SOON, autoConnect: false });
    const { result, results } = drawHook({ client }, () => useConnectionState());
    client.connect();
    await waitFor(() => expect(result.current).toBe('connected'));
    cut(gateway, client);
    await waitFor(() => expect(results.at(-2)).toBe('reconnecting'));
    await waitFor(() => expect(result.current).toBe('connected'));
    client.disconnect();
    await waitFor(() => expect(result.current).toBe('closed'));
  });
});

describe('useEvent', () => {
  it('hears what the client tells, the first connection too', async () => {
    const gateway = await startGateway();
    const heard: unknown[] = [];
    const { result } = drawHook({ url: gateway.url }, () => {
      useEvent('connected', ({ id }) => heard.push(id));
      return useRealtime();
    });
    await waitFor(() => expect(heard).toEqual([result.current.getId()]));
  });

  it('hears an event wherever it comes from, or in one room alone', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const heard: unknown[] = [];
    drawHook({ client }, () => {
      useRoom('sport');
      useEvent('flash', (data, meta) => heard.push(['any', data, meta.channel]));
      useEvent(['news', 'flash'], (data) => heard.push(['news', data]));
      useEvent(['news', 'joined'], ({ rejoined }) => heard.push(['joined', rejoined]));
      useEvent([null, 'flash'], (data) => heard.push(['null', data]));
    });
    await waitFor(() => expect(client.getRooms().sort()).toEqual(['news', 'sport']));
    const flash = async (room: string) => {
      const came = next(client, 'flash');
      gateway.broadcast(room, 'flash', room);
      await came;
    };
    await flash('sport');
    await flash('news');
    expect(heard[0]).toEqual(['joined', false]);
    expect(heard.slice(1, 2)).toEqual([['any', 'sport', 'sport']]);
    expect(heard.slice(2)).toHaveLength(2);
    expect(heard.slice(2)).toEqual(
      expect.arrayContaining([
        ['news', 'news'],
        ['any', 'news', 'news'],
      ]),
    );
  });

  it('follows the room and the name', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const heard: unknown[] = [];
    const { rerender } = drawHook(
      { client },
      ({ room, name }: { room: string; name: string }) => useEvent([room, name], (data) => heard.push(data)),
      { room: 'news', name: 'flash' },
    );
    await waitFor(() => expect(client.getRooms()).toEqual(['news']));
    rerender({ room: 'sport', name: 'goal' });
    await waitFor(() => expect(client.getRooms()).toEqual(['sport']));
    const goal = next(client, 'goal');
    gateway.broadcast('sport', 'flash', 1);
    gateway.broadcast('sport', 'goal', 2);
    await goal;
    expect(heard).toEqual([2]);
  });

  it('leaves it to the client to tell of a handler that fails', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const errors = logOf(client, 'error');
    drawHook({ client }, () =>
      useEvent(['news', 'joined'], () => {
        throw new Error('my own');
      }),
    );
    const [error] = await errors.until('error');
    expect(error).toMatchObject({ code: 'handler_failed', cause: { message: 'my own' } });
  });
});

describe('usePresence', () => {
  it('tells who is there, and changes what the others see', async () => {
    const gateway = await startGateway();
    const room = await open(gateway.url).join('presence.room', { info: { name: 'Bob' } });
    const { result } = drawHook({ url: gateway.url }, () =>
      usePresence<{ name: string }>('presence.room', { info: { name: 'Ann' } }),
    );
    const names = () => result.current.members.map(({ info }) => info.name).sort();
    expect(result.current).toMatchObject({ members: [], status: 'joining', error: undefined });
    await waitFor(() => expect(names()).toEqual(['Ann', 'Bob']));
    const updated = logOf(room.presence, 'updated');
    await result.current.update({ name: 'Anna' });
    expect(await updated.until('updated')).toMatchObject([{ info: { name: 'Anna' } }, {}]);
    await waitFor(() => expect(names()).toEqual(['Anna', 'Bob']));
    await room.leave();
    await waitFor(() => expect(names()).toEqual(['Anna']));
  });

  it('rejects an update where no room is named', async () => {
    const { result } = drawHook({ url: 'http://localhost:1' }, () => usePresence(undefined));
    await expect(result.current.update({})).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('useTyping', () => {
  it('tells who is typing, and tells the others', async () => {
    const gateway = await startGateway();
    const other = await open(gateway.url).join('news');
    const client = open(gateway.url);
    const { result, unmount } = drawHook({ client }, () => useTyping('news'));
    await waitFor(() => expect(client.getRooms()).toEqual(['news']));
    const seen = logOf(other.typing, 'change');
    result.current.start('Ann');
    expect(await seen.until('change')).toEqual([['Ann']]);
    result.current.stop();
    expect(await seen.until('change', 2)).toEqual([[]]);
    other.typing.start('Bob');
    await waitFor(() => expect(result.current.users).toEqual(['Bob']));
    const { start, stop } = result.current;
    unmount();
    start('Ann');
    stop();
  });
});

describe('useMessages', () => {
  it('lists what was there, what comes and what is sent', async () => {
    const gateway = await startGateway();
    const other = await open(gateway.url).join('news');
    const { result, results } = drawHook({ url: gateway.url }, () =>
      useMessages<string>('news', 'said', { initial: ['before'], limit: 3 }),
    );
    const texts = () => result.current.messages.map(({ data, status }) => `${data} ${status}`);
    expect(texts()).toEqual(['before received']);
    await waitFor(() => expect(result.current.status).toBe('joined'));
    other.emit('said', 'hello');
    await waitFor(() => expect(texts()).toEqual(['before received', 'hello received']));
    const heard = next(other, 'said');
    result.current.send('hi');
    await waitFor(() => expect(texts().at(-1)).toBe('hi sent'));
    expect(await heard).toBe('hi');
    expect(results.flatMap(({ messages }) => messages.map(({ status }) => status))).toContain('sending');
    result.current.send('again');
    await waitFor(() => expect(texts()).toEqual(['hello received', 'hi sent', 'again sent']));
    expect(new Set(results.map(({ send }) => send)).size).toBe(1);
  });

  it('shows what could not be sent, and once only when it is sent again', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const { result } = drawHook({ client }, () => useMessages<{ text: string }>('news', 'said'));
    await waitFor(() => expect(result.current.status).toBe('joined'));
    client.disconnect();
    result.current.send({ text: 'hello' });
    await waitFor(() => expect(result.current.messages).toMatchObject([{ status: 'failed' }]));
    const [failed] = result.current.messages;
    expect(failed?.error).toBeInstanceOf(RealtimeError);
    client.connect();
    if (failed) result.current.send(failed.data);
    await waitFor(() => expect(result.current.messages).toMatchObject([{ status: 'sent' }]));
  });

  it('begins anew in another room', async () => {
    const gateway = await startGateway();
    const { result, results, rerender } = drawHook(
      { url: gateway.url },
      ({ room }: { room: string | null }) => useMessages<string>(room, 'said', { initial: [`in ${room}`] }),
      { room: 'news' } as { room: string | null },
    );
    const texts = (messages = result.current.messages) => messages.map(({ data }) => data).join();
    await waitFor(() => expect(result.current.status).toBe('joined'));
    const before = results.length;
    rerender({ room: 'sport' });
    expect(results.slice(before).map(({ messages }) => texts(messages))).not.toContain('in news');
    await waitFor(() => expect(result.current.status).toBe('joined'));
    gateway.broadcast('sport', 'said', 'goal');
    await waitFor(() => expect(texts()).toBe('in sport,goal'));
    rerender({ room: null });
    expect(result.current.status).toBe('idle');
    expect(() => result.current.send('lost')).toThrow('No room is named here');
    expect(texts()).toBe('in null');
  });
});

describe('createRealtimeHooks', () => {
  it('gives the very same hooks', () => {
    expect(createRealtimeHooks()).toEqual({
      useRealtime,
      useConnectionState,
      useRoom,
      useEvent,
      usePresence,
      useTyping,
      useMessages,
    });
  });
});
