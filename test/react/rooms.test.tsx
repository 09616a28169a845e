// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { Component, type ReactNode, useEffect } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Channel, type RealtimeError } from '../../src';
import {
  RealtimeProvider,
  useEvent,
  useMessages,
  usePresence,
  useRealtime,
  useRoom,
  useTyping,
} from '../../src/react';
import { APP, sign } from '../support/auth-endpoint';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { draw, drawHook } from './drawn';

describe('useRoom', () => {
  it('joins, tells how that goes, and leaves', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const { result, results, unmount } = drawHook({ client }, () =>
      useRoom('presence.room', { info: 'Ann' }),
    );
    await waitFor(() => expect(result.current.status).toBe('joined'));
    expect(results[0]).toMatchObject({
      status: 'joining',
      error: undefined,
      members: [],
      channel: undefined,
    });
    expect(result.current.members).toMatchObject([{ info: 'Ann' }]);
    expect(result.current.channel).toBe(client.channel('presence.room'));
    expect(new Set(results.map(({ emit }) => emit)).size).toBe(1);
    unmount();
    await waitFor(() => expect(client.getRooms()).toEqual([]));
  });

  it('sends to its room, and asks', async () => {
    const gateway = await startGateway();
    const other = await open(gateway.url).join('news');
    const { result } = drawHook({ url: gateway.url }, () => useRoom('news'));
    await waitFor(() => expect(result.current.status).toBe('joined'));
    const heard = next(other, 'said');
    result.current.emit('said', 'hello');
    expect(await heard).toBe('hello');
    expect(await result.current.request('said', 'again')).toEqual({ status: 'ok' });
  });

  it('can send in an effect, before the room has been joined', async () => {
    const gateway = await startGateway();
    const other = await open(gateway.url).join('news');
    const heard = next(other, 'said');
    draw(
      <RealtimeProvider url={gateway.url}>
        <Greeter />
      </RealtimeProvider>,
    );
    expect(await heard).toBe('hello');
  });

  it('joins nothing where no room is named, and follows the name', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const client = await open(gateway.url).ready();
    const { result, results, rerender } = drawHook(
      { client },
      ({ room }: { room?: string | null }) => useRoom(room),
      { room: null } as { room?: string | null },
    );
    expect(result.current).toMatchObject({ status: 'idle', members: [] });
    expect(() => result.current.emit('said', 'hello')).toThrow('No room is named here');
    await expect(result.current.request('said', 'hello')).rejects.toMatchObject({ code: 'invalid_argument' });
    rerender({ room: 'news' });
    await waitFor(() => expect(result.current.status).toBe('joined'));
    const changed = results.length;
    rerender({ room: 'sport' });
    expect(result.current.status).toBe('joining');
    await waitFor(() => expect(result.current.status).toBe('joined'));
    expect(results.slice(changed).map(({ status }) => status)).not.toContain('left');
    rerender({});
    expect(result.current.status).toBe('idle');
    await waitFor(() => expect(client.getRooms()).toEqual([]));
    await client.request('marker');
    expect(wire.filter((name) => /join|leave/.test(name))).toEqual(['join', 'leave', 'join', 'leave']);
  });

  it('is on its way while the connection is away, and joined again after', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url, SOON);
    const { result, results } = drawHook({ client }, () => useRoom('news').status);
    await waitFor(() => expect(result.current).toBe('joined'));
    const before = results.length;
    cut(gateway, client);
    await waitFor(() => expect(results.slice(before)).toEqual(['joining', 'joined']));
  });

  it('tells why a room was refused, and joins it by retry() once it is allowed', async () => {
    let isAllowed = false;
    const gateway = await startGateway(APP);
    const authorizer = (rooms: readonly string[], socketId: string) =>
      isAllowed ? Object.fromEntries(rooms.map((room) => [room, sign(socketId, room)])) : {};
    const options = { authorizer };
    const { result, results } = drawHook({ url: gateway.url, options }, () => useRoom('private.orders'));
    await waitFor(() => expect(result.current.status).toBe('error'));
    expect(result.current.error).toMatchObject({ code: 'forbidden' });
    isAllowed = true;
    result.current.retry();
    await waitFor(() => expect(result.current.status).toBe('joined'));
    expect(result.current.error).toBeUndefined();
    expect(new Set(results.map(({ retry }) => retry)).size).toBe(1);
  });

  it('tells that the room was left by hand, and joins it again by retry()', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const { result } = drawHook({ client }, () => useRoom('news'));
    await waitFor(() => expect(result.current.status).toBe('joined'));
    await result.current.channel?.leave();
    await waitFor(() => expect(result.current).toMatchObject({ status: 'left', channel: undefined }));
    result.current.retry();
    await waitFor(() => expect(result.current.status).toBe('joined'));
    expect(client.getRooms()).toEqual(['news']);
  });

  it('renders anew for what it gives alone', async () => {
    const gateway = await startGateway();
    const other = await open(gateway.url).join('news');
    const { result, results } = drawHook({ url: gateway.url }, () => ({
      realtime: useRealtime(),
      room: useRoom('news'),
    }));
    await waitFor(() => expect(result.current.room.status).toBe('joined'));
    const before = results.length;
    const typing = next(result.current.realtime, 'typing.started');
    other.typing.start('Bob');
    await typing;
    expect(results).toHaveLength(before);
  });

  it('says what is missed to the handler of the last render', async () => {
    const gateway = await startGateway();
    const gaps: string[] = [];
    // No gateway can be made to say it yet.
    const on = vi.spyOn(Channel.prototype, 'on');
    const { result, rerender } = drawHook(
      { url: gateway.url },
      ({ name }: { name: string }) =>
        useRoom('news', { onGap: ({ reason }) => gaps.push(`${name} ${reason}`) }),
      { name: 'first' },
    );
    await waitFor(() => expect(result.current.status).toBe('joined'));
    rerender({ name: 'second' });
    const [, told] = on.mock.calls.find(([event]) => event === 'gap') ?? [];
    on.mockRestore();
    (told as (gap: object) => void)({ reason: 'epoch' });
    expect(gaps).toEqual(['second epoch']);
  });
});

function Greeter() {
  const { emit } = useRoom('news');
  useEffect(() => {
    emit('said', 'hello');
  }, [emit]);
  return null;
}

class Boundary extends Component<{ children: ReactNode }, { error?: RealtimeError }> {
  override state: { error?: RealtimeError } = {};

  static getDerivedStateFromError(error: RealtimeError) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <p role="alert">{`${error.code}: ${error.message}`}</p> : this.props.children;
  }
}

function Using({ hook }: { hook(): unknown }) {
  hook();
  return null;
}

describe('a name that no room can have', () => {
  const hooks: [string, () => unknown][] = [
    ['useRoom', () => useRoom('no room')],
    ['usePresence', () => usePresence('no room')],
    ['useTyping', () => useTyping('no room')],
    ['useMessages', () => useMessages('no room', 'said')],
    ['useEvent', () => useEvent(['no room', 'said'], () => {})],
  ];

  it.each(hooks)('reaches the error boundary by %s', async (_name, use) => {
    const quietly = (event: ErrorEvent) => event.preventDefault();
    window.addEventListener('error', quietly);
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const client = open('http://localhost:1', { autoConnect: false });
    draw(
      <Boundary>
        <RealtimeProvider client={client}>
          <Using hook={use} />
        </RealtimeProvider>
      </Boundary>,
    );
    printed.mockRestore();
    window.removeEventListener('error', quietly);
    expect(screen.getByRole('alert').textContent).toBe(
      'invalid_argument: "no room" is no room name: it may hold only A-Z a-z 0-9 . _ - :',
    );
  });
});
