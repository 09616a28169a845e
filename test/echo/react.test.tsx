// @vitest-environment jsdom
import {
  configureEcho,
  echo,
  useConnectionStatus,
  useEcho,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  useSocketId,
} from '@laravel/echo-react';
import { cleanup, configure, render, renderHook, waitFor } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ToporiaConnector } from '../../src/echo';
import { EventLog } from '../support/event-log';
import { SOON, wireNames } from '../support/realtime-pair';
import { type Laravel, startLaravel } from './laravel';

async function configured(): Promise<Laravel & { log: EventLog; joined(room: string): Promise<void> }> {
  const laravel = await startLaravel();
  configureEcho({
    broadcaster: ToporiaConnector as never,
    host: laravel.gateway.url,
    authEndpoint: laravel.endpoint.url,
    bearerToken: 'ann',
    ...SOON,
  });
  const joined = (room: string) =>
    waitFor(async () =>
      expect((await laravel.gateway.gateway.channels()).map(({ name }) => name)).toContain(room),
    );
  return { ...laravel, log: new EventLog(), joined };
}

function News({ heard }: { heard: () => void }): null {
  useEchoPublic('news', '.flash', heard);
  return null;
}

configure({ asyncUtilTimeout: 25_000 });

afterEach(() => {
  cleanup();
  echo().disconnect();
});

describe('the hooks of @laravel/echo-react, with ToporiaConnector', () => {
  it('useEcho, useEchoPublic and useEchoModel hear their events', async () => {
    const { gateway, joined, log } = await configured();
    renderHook(() => {
      useEcho('orders.7', ['Shipped', '.paid'], (data) => log.note('private', data));
      useEchoPublic('news', '.flash', (data) => log.note('public', data));
      useEchoModel('App.Models.User', 7, ['UserUpdated'], (data) => log.note('model', data));
    });
    const rooms = ['private-orders.7', 'news', 'private-App.Models.User.7'];
    await Promise.all(rooms.map(joined));
    gateway.broadcast('private-orders.7', 'App\\Events\\Shipped', 1);
    gateway.broadcast('private-orders.7', 'paid', 2);
    gateway.broadcast('news', 'flash', 3);
    gateway.broadcast('private-App.Models.User.7', 'UserUpdated', 4);
    await log.until('model');
    expect(log.entries).toEqual([
      ['private', 1],
      ['private', 2],
      ['public', 3],
      ['model', 4],
    ]);
  });

  it('useEchoNotification hears those of its type', async () => {
    const { gateway, joined, log } = await configured();
    renderHook(() =>
      useEchoNotification('App.Models.User.7', ({ id }) => log.note(id), 'App.Notifications.Paid'),
    );
    await joined('private-App.Models.User.7');
    for (const [id, type] of [
      ['other', 'App\\Notifications\\Sent'],
      ['one', 'App\\Notifications\\Paid'],
    ]) {
      gateway.broadcast(
        'private-App.Models.User.7',
        'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated',
        { id, type },
      );
    }
    await log.until('one');
    expect(log.names).toEqual(['one']);
  });

  it('useEchoPresence gives the channel of the members', async () => {
    const laravel = await configured();
    const { log } = laravel;
    renderHook(() => {
      const { channel } = useEchoPresence('chat', '.said', (data) => log.note('said', data));
      useEffect(() => {
        channel()
          ?.here((members: { id: string }[]) =>
            log.note(
              'here',
              members.map(({ id }) => id),
            ),
          )
          .joining(({ id }: { id: string }) => log.note('joining', id));
      }, [channel]);
    });
    await log.until('here');
    laravel.echo('bob').join('chat');
    await log.until('joining');
    laravel.gateway.broadcast('presence-chat', 'said', 'hello');
    await log.until('said');
    expect(log.entries).toEqual([
      ['here', ['ann']],
      ['joining', 'bob'],
      ['said', 'hello'],
    ]);
  });

  it('useConnectionStatus and useSocketId follow the connection', async () => {
    const { gateway } = await configured();
    const { result } = renderHook(() => ({ status: useConnectionStatus(), id: useSocketId() }));
    expect(result.current).toEqual({ status: 'connecting', id: undefined });
    const isConnected = async () => {
      await waitFor(() => expect(result.current.status).toBe('connected'));
      await waitFor(() => expect(result.current.id).toBe(echo().socketId()));
    };
    await isConnected();
    gateway.freeze();
    gateway.dropConnections();
    await waitFor(() => expect(result.current).toEqual({ status: 'reconnecting', id: undefined }));
    gateway.unfreeze();
    await isConnected();
  });

  it('pain 10: StrictMode is one connection and one join', async () => {
    const { gateway, joined, log } = await configured();
    const names = wireNames(gateway.gateway.io);
    render(<News heard={() => log.note('heard')} />, { wrapper: StrictMode });
    await joined('news');
    gateway.broadcast('news', 'flash');
    await log.until('heard');
    expect(log.names).toEqual(['heard']);
    expect(names.filter((name) => !name.startsWith('toporia:'))).toEqual(['(connection)', 'join']);
  });

  it('pain 11: a channel is left with the last component that uses it', async () => {
    const { gateway, joined, log } = await configured();
    const open = () => renderHook(() => useEchoPublic('news', '.flash', () => log.note('heard')));
    const [one, other] = [open(), open()];
    await joined('news');
    one.unmount();
    gateway.broadcast('news', 'flash');
    await log.until('heard');
    other.unmount();
    await waitFor(async () => expect(await gateway.gateway.channels()).toEqual([]));
    expect(log.names).toEqual(['heard']);
  });
});
