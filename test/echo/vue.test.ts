// @vitest-environment jsdom
import {
  configureEcho,
  echo,
  useConnectionStatus,
  useEcho,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  useSocketId,
} from '@laravel/echo-vue';
import { enableAutoUnmount, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import { defineComponent, onMounted, type Ref } from 'vue';
import { ToporiaConnector } from '../../src/echo';
import { EventLog } from '../support/event-log';
import { SOON } from '../support/realtime-pair';
import { eventually, type Laravel, startLaravel } from './laravel';

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
    eventually(async () =>
      expect((await laravel.gateway.gateway.channels()).map(({ name }) => name)).toContain(room),
    );
  return { ...laravel, log: new EventLog(), joined };
}

/** A component that is nothing but its setup, and shows what that returns. */
const setup = (run: () => Record<string, Ref> | undefined) =>
  mount(
    defineComponent(() => {
      const refs = run() ?? {};
      return () =>
        Object.values(refs)
          .map(({ value }) => String(value))
          .join(' ');
    }),
  );

afterEach(() => echo().disconnect());
enableAutoUnmount(afterEach);

describe('the composables of @laravel/echo-vue, with ToporiaConnector', () => {
  it('useEcho and useEchoPublic hear their events', async () => {
    const { gateway, joined, log } = await configured();
    setup(() => {
      useEcho('orders.7', ['Shipped', '.paid'], (data) => log.note('private', data));
      useEchoPublic('news', '.flash', (data) => log.note('public', data));
      return undefined;
    });
    await Promise.all(['private-orders.7', 'news'].map(joined));
    gateway.broadcast('private-orders.7', 'App\\Events\\Shipped', 1);
    gateway.broadcast('private-orders.7', 'paid', 2);
    gateway.broadcast('news', 'flash', 3);
    await log.until('public');
    expect(log.entries).toEqual([
      ['private', 1],
      ['private', 2],
      ['public', 3],
    ]);
  });

  it('useEchoNotification hears those of its type', async () => {
    const { gateway, joined, log } = await configured();
    setup(() => {
      useEchoNotification('App.Models.User.7', ({ id }) => log.note(id), 'App.Notifications.Paid');
      return undefined;
    });
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
    setup(() => {
      const { channel } = useEchoPresence('chat', '.said', (data) => log.note('said', data));
      onMounted(() => {
        channel()
          .here((members: { id: string }[]) =>
            log.note(
              'here',
              members.map(({ id }) => id),
            ),
          )
          .joining(({ id }: { id: string }) => log.note('joining', id));
      });
      return undefined;
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
    const page = setup(() => ({ status: useConnectionStatus(), id: useSocketId() }));
    const isConnected = () =>
      eventually(() => {
        expect(echo().socketId()).toBeDefined();
        expect(page.text()).toBe(`connected ${echo().socketId()}`);
      });
    expect(page.text()).toBe('connecting undefined');
    await isConnected();
    gateway.freeze();
    gateway.dropConnections();
    await eventually(() => expect(page.text()).toBe('reconnecting undefined'));
    gateway.unfreeze();
    await isConnected();
  });

  it('pain 11: a channel is left with the last component that uses it', async () => {
    const { gateway, joined, log } = await configured();
    const open = () =>
      setup(() => {
        useEchoPublic('news', '.flash', () => log.note('heard'));
        return undefined;
      });
    const [one, other] = [open(), open()];
    await joined('news');
    one.unmount();
    gateway.broadcast('news', 'flash');
    await log.until('heard');
    other.unmount();
    await eventually(async () => expect(await gateway.gateway.channels()).toEqual([]));
    expect(log.names).toEqual(['heard']);
  });
});
