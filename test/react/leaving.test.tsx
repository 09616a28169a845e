// @vitest-environment jsdom
import { waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { RealtimeOptions, ToporiaRealtime } from '../../src';
import { RealtimeProvider, useRoom } from '../../src/react';
import { turn } from '../bindings/watched-room';
import { APP, sign } from '../support/auth-endpoint';
import { cut, next, open, openPlain, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { draw } from './drawn';

function UsesRoom({ room }: { room: string }) {
  return <p>{useRoom(room).status}</p>;
}

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
        <UsesRoom room="news" />
      </RealtimeProvider>,
    );
    unmount();
    await openPlain(gateway.url);
    expect(wire).toEqual(['(connection)']);
  });
});
