import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { chatWithTheBasicClient, getAcknowledgements, tellWhoIsTyping } from '../support/guide-steps';
import { next, open, SECRET, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';

describe.each(TRANSPORTS)('a user who follows the guide, over %s', (transport) => {
  const over = { transports: [transport] };

  it('chats with the basic client', async () => {
    await chatWithTheBasicClient((await startGateway()).url, over);
  });

  it('joins in a "connected" handler, as the components do', async () => {
    const gateway = await startGateway();
    const messages: unknown[] = [];
    const realtime = open(gateway.url, over);
    const joined = new Promise<void>((resolve) => {
      realtime.on('connected', async () => {
        await realtime.join('chat.room.1');
        resolve();
      });
    });
    realtime.on('message.sent', (message) => messages.push(message));

    await joined;
    gateway.broadcast('chat.room.1', 'message.sent', { user: 'Server', text: 'System announcement' });
    gateway.broadcast('chat.room.1', 'end');
    await next(realtime, 'end');

    expect(messages).toEqual([{ user: 'Server', text: 'System announcement' }]);
    realtime.disconnect();
    expect(realtime.isConnected()).toBe(false);
  });

  it('keeps several rooms, lists them, and leaves one', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('chat.room.1');
    await realtime.join('notifications');
    await realtime.join('presence.online');
    expect(realtime.getRooms()).toEqual(['chat.room.1', 'notifications', 'presence.online']);

    await realtime.leave('chat.room.1');

    expect(realtime.getRooms()).toEqual(['notifications', 'presence.online']);
    const log = logOf(realtime, 'news', 'end');
    gateway.broadcast('chat.room.1', 'news', 1);
    gateway.broadcast('notifications', 'news', 2);
    gateway.broadcast('notifications', 'end');
    await log.until('end');
    expect(log.values('news')).toEqual([2]);
  });

  it('gets acknowledgements, of messages and of a join by name', async () => {
    const gateway = await startGateway();
    const realtime = await getAcknowledgements(gateway.url, over);
    const heard = next(realtime, 'gift');
    gateway.broadcast('vip.lounge', 'gift', 'a hat');
    expect(await heard).toBe('a hat');
  });

  it('tells who is typing by events of its own', async () => {
    await tellWhoIsTyping((await startGateway()).url, over);
  });

  it('follows who comes and goes in a presence room, and the server knows too', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const lea = open(gateway.url, { ...over, auth: await tokenFor('1') });
    const online = logOf(lea, 'user.joined', 'user.left');
    await lea.join('presence.room.1');

    const sam = open(gateway.url, { ...over, auth: await tokenFor('2') });
    await sam.join('presence.room.1');
    expect((await online.until('user.joined'))[0]).toMatchObject({ user_id: '2' });
    const present = await gateway.channel('presence.room.1').getPresenceData();
    expect(present).toEqual([
      { user_id: '1', user_info: expect.any(Object), connected_at: expect.any(Number) },
      { user_id: '2', user_info: expect.any(Object), connected_at: expect.any(Number) },
    ]);

    sam.disconnect();
    expect((await online.until('user.left'))[0]).toMatchObject({ user_id: '2' });
    expect(await gateway.channel('presence.room.1').getPresenceData()).toHaveLength(1);
  });

  it('gets what is sent to its user, and to nobody else', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const lea = open(gateway.url, { ...over, auth: await tokenFor('7') });
    const sam = open(gateway.url, { ...over, auth: await tokenFor('8') });
    const others = logOf(sam, 'notification.new', 'end');
    await Promise.all([lea.ready(), sam.ready()]);
    const heard = next(lea, 'notification.new');

    gateway.sendToUser(7, 'notification.new', { title: 'New Message', body: 'You have a new message' });
    gateway.sendToUser(8, 'end');

    expect(await heard).toEqual({ title: 'New Message', body: 'You have a new message' });
    await others.until('end');
    expect(others.names).toEqual(['end']);
  });

  it('keeps namespaces apart', async () => {
    const gateway = await startGateway();
    const chat = open(`${gateway.url}/chat`, over);
    const notifications = open(`${gateway.url}/notifications`, over);
    const admin = open(`${gateway.url}/admin`, over);
    const all = [chat, notifications, admin];
    const logs = all.map((realtime) => logOf(realtime, 'message', 'alert', 'admin-event', 'end'));
    await Promise.all(all.map((realtime) => realtime.join('lobby')));

    gateway.of('/chat').broadcast('lobby', 'message', 'to the chat');
    gateway.broadcast('lobby', 'alert', 'to the notifications', { namespace: '/notifications' });
    gateway.of('/admin').broadcast('lobby', 'admin-event', 'to the admins');
    for (const name of ['/chat', '/notifications', '/admin']) gateway.of(name).broadcast('lobby', 'end', 0);
    await Promise.all(logs.map((log) => log.until('end')));

    expect(logs.map((log) => log.entries.map(([event, data]) => [event, data]))).toEqual([
      [
        ['message', 'to the chat'],
        ['end', 0],
      ],
      [
        ['alert', 'to the notifications'],
        ['end', 0],
      ],
      [
        ['admin-event', 'to the admins'],
        ['end', 0],
      ],
    ]);
  });

  it('has an event of one namespace handled by the server there', async () => {
    const gateway = await startGateway();
    gateway.of('/admin').on('admin-event', (data) => ({ handled: data }));
    const admin = open(`${gateway.url}/admin`, over);
    const chat = open(`${gateway.url}/chat`, over);

    expect(await admin.request('admin-event', 5)).toEqual({ handled: 5 });
    expect(await chat.request('admin-event', 5)).toEqual({ status: 'ok' });
  });

  it('comes from Laravel Echo: join the channel, hear its events', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('chat');
    const heard = next(realtime, 'App\\Events\\MessageSent');
    gateway.broadcast('chat', 'App\\Events\\MessageSent', { id: 1 });
    expect(await heard).toEqual({ id: 1 });
  });
});
