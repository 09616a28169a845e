// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { RealtimeProvider, useEvent, useMessages, usePresence, useRoom, useTyping } from '../../src/react';
import { logOf } from '../support/event-log';
import { next, open, startGateway, wireNames } from '../support/realtime-pair';
import { draw } from './drawn';

const ROOM = 'presence.room';

interface WithRoom {
  room: string;
  heard?: (data: unknown) => void;
}

function UsesRoom({ room }: WithRoom) {
  return <p>{useRoom(room).status}</p>;
}

function UsesAll({ room, heard = () => {} }: WithRoom) {
  usePresence(room);
  useTyping(room);
  useMessages(room, 'said');
  useEvent([room, 'said'], heard);
  useEvent('said', heard);
  return null;
}

describe('pain 11: hooks that share a room', () => {
  it('join it once, and end its presence with the last of them', async () => {
    const gateway = await startGateway();
    const room = await open(gateway.url).join(ROOM);
    const seen = logOf(room.presence, 'joined', 'left');
    const wire = wireNames(gateway.gateway.io);
    const client = open(gateway.url);
    const page = (first: boolean, second: boolean) => (
      <RealtimeProvider client={client}>
        {first && <UsesRoom room={ROOM} />}
        {second && <UsesAll room={ROOM} />}
      </RealtimeProvider>
    );
    const { rerender } = draw(page(true, true));
    await seen.until('joined');
    rerender(page(false, true));
    rerender(page(true, true));
    rerender(page(true, false));
    await client.request('marker');
    expect(seen.names).toEqual(['joined']);
    expect(client.getRooms()).toEqual([ROOM]);
    rerender(page(false, false));
    await seen.until('left');
    await client.request('marker');
    expect(client.getRooms()).toEqual([]);
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'subscribe', 'marker', 'unsubscribe', 'marker']);
  });

  it.each([false, true])('are in it still when the only one is drawn anew (strict: %s)', async (strict) => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const client = open(gateway.url);
    const page = (key: number) => {
      const drawn = (
        <RealtimeProvider client={client}>
          <UsesRoom key={key} room="news" />
        </RealtimeProvider>
      );
      return strict ? <StrictMode>{drawn}</StrictMode> : drawn;
    };
    const { rerender } = draw(page(1));
    await screen.findByText('joined');
    for (const key of [2, 3]) rerender(page(key));
    await client.request('marker');
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'join', 'marker']);
    expect(client.getRooms()).toEqual(['news']);
  });

  it('do not leave a room in which the application is by hand', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    await client.join('news');
    const { unmount } = draw(
      <RealtimeProvider client={client}>
        <UsesAll room="news" />
      </RealtimeProvider>,
    );
    unmount();
    await client.request('marker');
    expect(client.getRooms()).toEqual(['news']);
  });

  it('hear nothing after they are gone, and once what comes while they are there', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    await client.join('news');
    const heard: unknown[] = [];
    const note = (data: unknown) => heard.push(data);
    const page = (shown: number[]) => (
      <RealtimeProvider client={client}>
        {shown.map((key) => (
          <UsesAll key={key} room="news" heard={note} />
        ))}
      </RealtimeProvider>
    );
    const say = async (data: unknown) => {
      const said = next(client, 'said');
      gateway.broadcast('news', 'said', data);
      await said;
    };
    const { rerender } = draw(page([1, 2]));
    await say('both');
    rerender(page([2]));
    await say('one');
    rerender(page([]));
    await say('none');
    expect(heard).toEqual(['both', 'both', 'both', 'both', 'one', 'one']);
  });
});

function Hears({ count, note }: { count: number; note(count: number): void }) {
  useEvent(['news', 'said'], () => note(count));
  useEffect(() => {
    note(-count);
  });
  return null;
}

it('hears with the handler of the last render, without asking for the room again', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const client = open(gateway.url);
  const notes: number[] = [];
  const page = (count: number) => (
    <RealtimeProvider client={client}>
      <Hears count={count} note={(noted) => notes.push(noted)} />
    </RealtimeProvider>
  );
  const { rerender } = draw(page(1));
  await waitFor(() => expect(client.getRooms()).toEqual(['news']));
  for (let count = 2; count <= 20; count++) rerender(page(count));
  const said = next(client, 'said');
  gateway.broadcast('news', 'said', 1);
  await said;
  expect(notes.at(-1)).toBe(20);
  expect(notes).toContain(-1);
  expect(notes.filter((count) => count > 0)).toEqual([20]);
  expect(wire.filter((name) => name === 'join')).toHaveLength(1);
});
