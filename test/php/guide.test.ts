import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { startAuthEndpoint } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { chatWithTheBasicClient, getAcknowledgements, tellWhoIsTyping } from '../support/guide-steps';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, open, SOON, unusedPort } from '../support/realtime-pair';

describe.each(['auto', 'toporia-php'] as const)(
  'a user of the PHP gateway who follows the guide, with protocol %s',
  (protocol) => {
    const options = { protocol, ...SOON };

    it('chats with the basic client', async () => {
      await chatWithTheBasicClient((await startPhpGateway()).url, options);
    });

    it('joins in a "connected" handler, as the components do, and hears what PHP broadcasts', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, options);
      const joined = new Promise<void>((resolve) => {
        realtime.on('connected', async () => {
          await realtime.join('chat.room.1');
          resolve();
        });
      });
      const heard = next(realtime, 'message.sent');
      await joined;
      gateway.broadcast('chat.room.1', 'message.sent', { user: 'Server', text: 'System announcement' });
      expect(await heard).toEqual({ user: 'Server', text: 'System announcement', channel: 'chat.room.1' });
    });

    it('keeps several rooms, lists them, and leaves one', async () => {
      const { url } = await startAuthEndpoint();
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { ...options, authEndpoint: url });
      await realtime.join('chat.room.1');
      await realtime.join('notifications');
      await realtime.join('presence.online');
      expect(realtime.getRooms()).toEqual(['chat.room.1', 'notifications', 'presence.online']);
      await realtime.leave('chat.room.1');
      expect(realtime.getRooms()).toEqual(['notifications', 'presence.online']);
      const log = logOf(realtime, 'news');
      gateway.broadcast('chat.room.1', 'news', { number: 1 });
      gateway.broadcast('notifications', 'news', { number: 2 });
      await log.until('news');
      expect(log.values('news')).toEqual([{ number: 2, channel: 'notifications' }]);
    });

    it('joins a presence room without a signature where PHP asks for none', async () => {
      const gateway = await startPhpGateway({ isGuarded: (room) => /^(private|presence)-/.test(room) });
      const realtime = open(gateway.url, options);
      await realtime.join('presence.room.1');
      expect(realtime.getRooms()).toEqual(['presence.room.1']);
    });

    it('gets acknowledgements, of messages and of a join by name', async () => {
      const gateway = await startPhpGateway();
      await getAcknowledgements(gateway.url, options);
      expect(gateway.log.values('join')).toEqual([{ room: 'vip.lounge' }]);
    });

    it('tells who is typing by events of its own', async () => {
      await tellWhoIsTyping((await startPhpGateway()).url, options);
    });

    it('keeps namespaces apart', async () => {
      const gateway = await startPhpGateway();
      const chat = open(`${gateway.url}/chat`, options);
      const admin = open(`${gateway.url}/admin`, options);
      const log = logOf(admin, 'message', 'admin-event');
      await Promise.all([chat, admin].map((realtime) => realtime.join('lobby')));
      const other = open(`${gateway.url}/admin`, options);
      await other.join('lobby');
      await chat.request('message', 'to the chat');
      await other.request('admin-event', 'to the admins');
      await log.until('admin-event');
      expect(log.names).toEqual(['admin-event']);
    });

    it('gathers messages in batches, before and after it is connected', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, options);
      await realtime.request('marker');
      const queue: unknown[] = [];
      const flush = (...items: unknown[]) => {
        queue.push(...items);
        realtime.emit('batch', queue);
        queue.length = 0;
      };
      flush(['moved', { x: 1 }], ['moved', { x: 2 }]);
      await realtime.request('marker');
      realtime.once('disconnected', () => flush(['moved', { x: 3 }]));
      gateway.dropConnections();
      await next(realtime, 'reconnected');
      await realtime.request('marker');
      expect(gateway.log.values('moved')).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    });

    it('is told that it cannot connect, gives up, and connects when it is told to', async () => {
      const port = await unusedPort();
      const realtime = open(`http://127.0.0.1:${port}`, { ...options, reconnectionAttempts: 1 });
      const failed = next(realtime, 'reconnect_failed');
      expect(await next(realtime, 'connect_error')).toBeInstanceOf(RealtimeError);
      await failed;
      await startPhpGateway({ port });
      const connected = next(realtime, 'connected');
      realtime.reconnect();
      await connected;
    });

    it('is told that a room is not for it', async () => {
      const realtime = open((await startPhpGateway()).url, options);
      await expect(realtime.join('private.room')).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('comes from Laravel Echo: joins the channel, hears its events', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, options);
      await realtime.join('chat');
      const heard = next(realtime, 'App\\Events\\MessageSent');
      gateway.broadcast('chat', 'App\\Events\\MessageSent', { id: 1 });
      expect(await heard).toEqual({ id: 1, channel: 'chat' });
    });
  },
);
