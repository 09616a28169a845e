// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { type ReactNode, StrictMode, useEffect, useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Credentials, RealtimeError, RealtimeOptions, ToporiaRealtime } from '../../src';
import {
  RealtimeProvider,
  type RealtimeProviderProps,
  useConnectionState,
  useRealtime,
  useRoom,
} from '../../src/react';
import { turn } from '../bindings/watched-room';
import { APP, sign, startAuthEndpoint } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { draw, drawHook } from './drawn';

function State() {
  const state = useConnectionState();
  const [shownFirst] = useState(state);
  return <p>{`${shownFirst} ${state} ${useRoom('news').status}`}</p>;
}

function Page({ strict, ...provider }: RealtimeProviderProps & { strict?: boolean }) {
  const page = (
    <RealtimeProvider {...provider}>
      <State />
    </RealtimeProvider>
  );
  return strict ? <StrictMode>{page}</StrictMode> : page;
}

describe('a provider with a url', () => {
  it('connects while it is shown', async () => {
    const gateway = await startGateway();
    const { result, unmount } = drawHook({ url: gateway.url }, () => useRealtime());
    const realtime = result.current;
    expect(realtime.state).toBe('connecting');
    await realtime.ready();
    unmount();
    await turn();
    expect(realtime.state).toBe('closed');
  });

  it.each([false, true])(
    'makes another client for another url, and nothing else anew (strict: %s)',
    async (strict) => {
      const gateway = await startGateway();
      const wire = wireNames(gateway.gateway.io);
      const admin = wireNames(gateway.gateway.io.of('/admin') as unknown as typeof gateway.gateway.io);
      const { rerender } = draw(<Page url={gateway.url} strict={strict} />);
      await screen.findByText('idle connected joined');
      const closed = next(gateway.gateway.io.sockets.sockets.values().next().value as object, 'disconnect');
      rerender(<Page url={`${gateway.url}/admin`} strict={strict} />);
      await closed;
      await screen.findByText('idle connected joined');
      expect(wire.filter((name) => name === '(connection)')).toHaveLength(1);
      expect(admin).toEqual(['(connection)', 'toporia:hello', 'join']);
      expect(gateway.connections()).toBe(1);
    },
  );

  it('asks for the credentials of the last render, without connecting anew for them', async () => {
    const gateway = await startGateway(APP);
    const asked: unknown[] = [];
    gateway.gateway.io.use(({ handshake }, go) => {
      asked.push(handshake.auth.token);
      go();
    });
    const credentials: Record<string, RealtimeOptions['auth']> = {
      first: 'first',
      second: async () => 'second',
      // As Socket.IO has it.
      third: ((give: (auth: object) => void) => give({ token: 'third' })) as () => Credentials,
    };
    const options = (name: string): RealtimeOptions => ({
      ...SOON,
      auth: credentials[name],
      authorizer: (rooms, socketId) => {
        asked.push(`room by ${name}`);
        return Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)]));
      },
    });
    const clients: ToporiaRealtime[] = [];
    const page = (name: string) => (
      <RealtimeProvider url={gateway.url} options={options(name)}>
        <Orders watch={(realtime) => clients.push(realtime)} />
      </RealtimeProvider>
    );
    const { rerender } = draw(page('first'));
    await screen.findByText('joined');
    for (const name of ['second', 'third']) {
      rerender(page(name));
      const [client] = clients;
      if (!client) throw new Error('nothing was shown');
      const back = next(client, 'reconnected');
      cut(gateway, client);
      await back;
    }
    expect(new Set(clients).size).toBe(1);
    const rooms = ['first', 'second', 'third'].map((name) => [name, `room by ${name}`]);
    expect(asked).toEqual(rooms.flat());
  });

  it('asks an endpoint with the bearer token and the headers of the last render', async () => {
    const gateway = await startGateway(APP);
    const endpoint = await startAuthEndpoint();
    const page = (name: string) => (
      <RealtimeProvider
        url={gateway.url}
        options={{ ...SOON, authEndpoint: endpoint.url, bearerToken: name, authHeaders: { 'X-Name': name } }}
      >
        <Orders watch={(realtime) => clients.push(realtime)} />
      </RealtimeProvider>
    );
    const clients: ToporiaRealtime[] = [];
    const { rerender } = draw(page('first'));
    await screen.findByText('joined');
    rerender(page('second'));
    const back = next(clients[0] as ToporiaRealtime, 'reconnected');
    cut(gateway, clients[0] as ToporiaRealtime);
    await back;
    expect(endpoint.asked.map(({ headers }) => [headers.authorization, headers['x-name']])).toEqual([
      ['Bearer first', 'first'],
      ['Bearer second', 'second'],
    ]);
  });

  it('says what is wrong with a url', () => {
    expect(messageOf(<Page url="localhost" />)).toMatch('such as http://localhost:3000/chat');
  });
});

describe('a provider with a client', () => {
  it('leaves it to the application to connect and to disconnect it', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url, { autoConnect: false });
    const states = logOf(client, 'state');
    const { unmount } = draw(<Page client={client} />);
    await turn();
    expect(client.state).toBe('idle');
    client.connect();
    await screen.findByText('idle connected joined');
    unmount();
    await client.request('marker');
    expect(states.values('state')).toMatchObject([{ state: 'connecting' }, { state: 'connected' }]);
  });

  it('connects the one to which it is changed by its own rules, and moves the rooms there', async () => {
    const gateway = await startGateway();
    const [first, second] = [open(gateway.url), open(gateway.url)];
    const { rerender } = draw(<Page client={first} />);
    await waitFor(() => expect(first.getRooms()).toEqual(['news']));
    rerender(<Page client={second} />);
    await waitFor(() => expect(second.getRooms()).toEqual(['news']));
    expect(first.getRooms()).toEqual([]);
    expect([first.state, second.state]).toEqual(['connected', 'connected']);
    rerender(<Page url={gateway.url} />);
    await waitFor(() => expect(second.getRooms()).toEqual([]));
    await screen.findByText('idle connected joined');
  });
});

describe('a provider that can not work', () => {
  it('is told by the hooks where there is none', () => {
    expect(messageOf(<State />)).toBe(
      'There is no client here: put <RealtimeProvider url="…"> around this component',
    );
  });

  it('says what it takes', () => {
    const client = open('http://localhost:1', { autoConnect: false });
    const wrong = [{}, { url: 'http://localhost:1', client }] as unknown as RealtimeProviderProps[];
    for (const props of wrong) {
      expect(messageOf(<RealtimeProvider {...props} />)).toBe(
        'RealtimeProvider takes either a url or a client',
      );
    }
  });
});

function Orders({ watch }: { watch(realtime: ToporiaRealtime): void }) {
  const realtime = useRealtime();
  const { status } = useRoom('private.orders');
  useEffect(() => {
    watch(realtime);
  });
  return <p>{status}</p>;
}

/** What drawing these elements throws. */
function messageOf(elements: ReactNode): unknown {
  const quietly = (event: ErrorEvent) => event.preventDefault();
  window.addEventListener('error', quietly);
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    draw(elements);
    return undefined;
  } catch (error) {
    return (error as RealtimeError).message;
  } finally {
    printed.mockRestore();
    window.removeEventListener('error', quietly);
  }
}
