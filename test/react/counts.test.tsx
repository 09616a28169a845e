// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { describe, expect, it } from 'vitest';
import type { RealtimeOptions, ToporiaRealtime } from '../../src';
import { RealtimeProvider, useEvent, useMessages, usePresence, useRoom, useTyping } from '../../src/react';
import { turn } from '../bindings/watched-room';
import { APP, sign } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { cut, next, open, openPlain, SOON, startGateway, wireNames } from '../support/realtime-pair';
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

describe('a component that goes', () => {
  /** A client with a component on the page that is in `private.orders`, and what takes the component away. */
  const shown = (url: string, options?: RealtimeOptions) => {
    const client: ToporiaRealtime = open(url, { ...SOON, ...options });
    const { rerender } = draw(
      <RealtimeProvider client={client}>
        <UsesRoom room="private.orders" />
      </RealtimeProvider>,
    );
    return { client, take: () => rerender(<RealtimeProvider client={client} />) };
  };
  const start = async (mayJoin: boolean) => {
    const gateway = await startGateway(APP);
    const authorizer = (rooms: readonly string[], socketId: string) =>
      mayJoin ? Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)])) : {};
    return { gateway, wire: wireNames(gateway.gateway.io), options: { authorizer } };
  };
  const joinsAndLeaves = (wire: string[]) => wire.filter((name) => /subscribe|join|leave/.test(name));

  it('before its client connects has asked for nothing', async () => {
    const { gateway, wire, options } = await start(true);
    const { client, take } = shown(gateway.url, { ...options, autoConnect: false });
    take();
    await client.connect().request('marker');
    expect(joinsAndLeaves(wire)).toEqual([]);
  });

  it('while its client connects has asked for nothing', async () => {
    const { gateway, wire, options } = await start(true);
    gateway.freeze();
    const { client, take } = shown(gateway.url, options);
    await waitFor(() => expect(client.state).toBe('connecting'));
    take();
    gateway.unfreeze();
    await client.request('marker');
    expect(joinsAndLeaves(wire)).toEqual([]);
  });

  it('while the join is authorized does not get in', async () => {
    const { gateway, wire, options } = await start(true);
    const asked: unknown[] = [];
    let answer = () => {};
    const authorizer = (...question: Parameters<typeof options.authorizer>) => {
      asked.push(question);
      return new Promise<ReturnType<typeof options.authorizer>>((resolve) => {
        answer = () => resolve(options.authorizer(...question));
      });
    };
    const { client, take } = shown(gateway.url, { authorizer });
    await waitFor(() => expect(asked).toHaveLength(1));
    take();
    answer();
    await client.request('marker');
    expect(joinsAndLeaves(wire)).not.toContain('subscribe');
  });

  it('while the join is under way is out of the room at the end', async () => {
    const { gateway, wire, options } = await start(true);
    const client = await open(gateway.url, options).ready();
    gateway.freeze();
    const page = (room: string | null) => (
      <RealtimeProvider client={client}>{room && <UsesRoom room={room} />}</RealtimeProvider>
    );
    const { rerender } = draw(page('news'));
    await turn();
    rerender(page(null));
    await turn();
    gateway.unfreeze();
    await client.request('marker');
    expect(joinsAndLeaves(wire)).toEqual(['join', 'leave']);
    expect(await gateway.gateway.channels()).toEqual([]);
  });

  it('in the room leaves it', async () => {
    const { gateway, wire, options } = await start(true);
    const { client, take } = shown(gateway.url, options);
    await waitFor(() => expect(client.getRooms()).toEqual(['private.orders']));
    take();
    await client.request('marker');
    expect(joinsAndLeaves(wire)).toEqual(['subscribe', 'unsubscribe']);
  });

  it('refused leaves nothing behind', async () => {
    const { gateway, wire, options } = await start(false);
    const { client, take } = shown(gateway.url, options);
    await waitFor(() => expect(document.body.textContent).toBe('error'));
    take();
    await client.request('marker');
    cut(gateway, client);
    await next(client, 'reconnected');
    await client.request('marker');
    expect(joinsAndLeaves(wire)).toEqual([]);
  });

  it('while its client reconnects is not joined again', async () => {
    const { gateway, wire, options } = await start(true);
    const { client, take } = shown(gateway.url, options);
    await waitFor(() => expect(client.getRooms()).toEqual(['private.orders']));
    const lost = next(client, 'disconnected');
    cut(gateway, client);
    await lost;
    take();
    await next(client, 'reconnected');
    await client.request('marker');
    expect(joinsAndLeaves(wire)).toEqual(['subscribe']);
  });

  it('with its provider, in the turn in which it came, has connected nowhere', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const { unmount } = draw(
      <RealtimeProvider url={gateway.url}>
        <UsesAll room="news" />
      </RealtimeProvider>,
    );
    unmount();
    await openPlain(gateway.url);
    expect(wire).toEqual(['(connection)']);
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
