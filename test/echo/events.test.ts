import { EventFormatter } from 'laravel-echo';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../support/event-log';
import { startGateway } from '../support/realtime-pair';
import { openEcho, startLaravel, subscribed } from './laravel';

/** Names that the SDK's client and rooms have for events of their own. */
const OF_THE_SDK = [
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'reconnect_failed',
  'error',
  'state',
  'joined',
  'gap',
  'left',
];

describe('events of a channel, with ToporiaConnector', () => {
  it.each([
    ['OrderShipped', 'App\\Events\\OrderShipped', undefined],
    ['Orders.Shipped', 'App\\Events\\Orders\\Shipped', undefined],
    ['.OrderShipped', 'OrderShipped', undefined],
    ['.order.shipped', 'order.shipped', undefined],
    ['\\Shop\\OrderShipped', 'Shop\\OrderShipped', undefined],
    ['OrderShipped', 'Shop\\Events\\OrderShipped', 'Shop.Events'],
    ['Shop.OrderShipped', 'Shop\\OrderShipped', false],
  ] as const)(
    'listen(%o) hears %o, as with Echo, for the namespace %o',
    async (name, published, namespace) => {
      expect(new EventFormatter(namespace ?? 'App.Events').format(name)).toBe(published);
      const gateway = await startGateway();
      const echo = openEcho({ host: gateway.url, ...(namespace !== undefined && { namespace }) });
      const log = new EventLog();
      const channel = echo
        .channel('orders')
        .listen(name, (data, meta) => log.note('heard', data, meta.channel));
      await subscribed(channel);
      gateway.broadcast('orders', published, { id: 7 });
      expect(await log.until('heard')).toEqual([{ id: 7 }, 'orders']);
    },
  );

  it.each([
    ['OrderShipped', 'App.Events.OrderShipped', undefined],
    ['Orders.Shipped', 'App.Events.Orders.Shipped', undefined],
    ['OrderShipped', 'Shop.Events.OrderShipped', 'Shop.Events'],
  ] as const)('listen(%o) hears %o too, for backends that have trouble with backslashes', async (...row) => {
    const [name, published, namespace] = row;
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url, ...(namespace && { namespace }) });
    const log = new EventLog();
    const heard = () => log.note('heard');
    const orders = echo.channel('orders').listen(name, heard);
    orders.listenToAll((event) => log.note(event));
    await subscribed(orders);
    gateway.broadcast('orders', published);
    await log.until(name.replace('.', '\\'));
    orders.stopListening(name, heard);
    gateway.broadcast('orders', published);
    await log.until(name.replace('.', '\\'), 2);
    expect(log.names.filter((event) => event === 'heard')).toEqual(['heard']);
  });

  it('are those of that channel alone, and each callback hears them', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const log = new EventLog();
    const orders = echo
      .channel('orders')
      .listen('.shipped', () => log.note('one'))
      .listen('.shipped', () => log.note('other'));
    const invoices = echo.listen('invoices', '.shipped', () => log.note('invoices'));
    await Promise.all([subscribed(orders), subscribed(invoices)]);
    gateway.broadcast('orders', 'shipped');
    gateway.broadcast('invoices', 'shipped');
    await log.until('invoices');
    expect(log.names).toEqual(['one', 'other', 'invoices']);
  });

  it('are heard once by a callback that is registered twice', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const log = new EventLog();
    const callback = () => log.note('heard');
    const orders = echo.channel('orders').listen('.shipped', callback).listen('.shipped', callback);
    await subscribed(orders.listen('.end', () => log.note('end')));
    gateway.broadcast('orders', 'shipped');
    gateway.broadcast('orders', 'end');
    await log.until('end');
    expect(log.names).toEqual(['heard', 'end']);
  });

  it('stopListening ends one callback, or all', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const log = new EventLog();
    const one = () => log.note('one');
    const orders = echo
      .channel('orders')
      .listen('Shipped', one)
      .listen('Shipped', () => log.note('other'))
      .listen('.shipped', one);
    await subscribed(orders.listen('.end', () => log.note('end')));
    const publish = async (time: number) => {
      for (const event of ['App\\Events\\Shipped', 'shipped', 'end']) gateway.broadcast('orders', event);
      await log.until('end', time);
    };
    orders.stopListening('Shipped', one);
    await publish(1);
    orders.stopListening('Shipped').stopListening('.unknown');
    await publish(2);
    expect(log.names).toEqual(['other', 'one', 'end', 'one', 'end']);
  });

  it.each(OF_THE_SDK)(
    'a broadcast of the name %o is heard, although the SDK has an event of that name',
    async (name) => {
      const gateway = await startGateway();
      const echo = openEcho({ host: gateway.url });
      const log = new EventLog();
      const callback = (data: unknown) => log.note('heard', data);
      const orders = echo.channel('orders').listen(`.${name}`, callback);
      await subscribed(orders.listen('.end', () => log.note('end')));
      await subscribed(echo.channel('invoices'));
      gateway.broadcast('invoices', name, 'elsewhere');
      gateway.broadcast('orders', name, 'here');
      await log.until('heard');
      orders.stopListening(`.${name}`, callback);
      gateway.broadcast('orders', name, 'later');
      gateway.broadcast('orders', 'end');
      await log.until('end');
      expect(log.entries).toEqual([['heard', 'here'], ['end']]);
    },
  );

  it('listenToAll hears each by the name that listen() takes, and nothing of the gateway itself', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const all = (event: string, data: unknown) => log.note(event, data);
    const ann = laravel.echo('ann');
    const chat = ann.join('chat').listenToAll(all);
    await Promise.all([subscribed(chat), subscribed(ann.channel('news'))]);
    await subscribed(laravel.echo('bob').join('chat').whisper('unheard'));
    const publish = (event: string, data?: unknown) =>
      laravel.gateway.broadcast('presence-chat', event, data);
    laravel.gateway.broadcast('news', 'flash');
    publish('App\\Events\\Rooms\\Opened', 1);
    publish('App\\EventsOfOthers', 2);
    publish('closed', 3);
    await log.until('.closed');
    chat.stopListeningToAll(all).listen('.end', () => log.note('end'));
    publish('opened');
    publish('end');
    await log.until('end');
    expect(log.entries).toEqual([['Rooms\\Opened', 1], ['.App\\EventsOfOthers', 2], ['.closed', 3], ['end']]);
  });

  it('notifications reach the user whose channel it is, until stopListeningForNotification', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const callback = (notification: unknown) => log.note('notified', notification);
    const user = laravel.echo('ann').private('App.Models.User.7').notification(callback);
    await subscribed(user.listen('.end', () => log.note('end')));
    const publish = (event: string, data?: unknown) =>
      laravel.gateway.broadcast('private-App.Models.User.7', event, data);
    const notification = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';
    publish(notification, { id: '1', type: 'Paid' });
    await log.until('notified');
    user.stopListeningForNotification(callback);
    publish(notification, { id: '2', type: 'Paid' });
    publish('end');
    await log.until('end');
    expect(log.entries).toEqual([['notified', { id: '1', type: 'Paid' }], ['end']]);
  });

  it('whispers reach the other members of the channel alone', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const [ann, bob] = ['ann', 'bob'].map((user) => {
      const channel = laravel.echo(user).private('chat');
      return channel.listenForWhisper<string>('typing', (data, meta) => log.note(user, data, meta.channel));
    });
    await Promise.all([ann, bob].map((channel) => subscribed(channel as NonNullable<typeof ann>)));
    ann?.whisper('typing', 'hello');
    await log.until('bob');
    bob?.stopListeningForWhisper('typing');
    bob?.whisper('typing', 'hello back');
    await log.until('ann');
    expect(log.entries).toEqual([
      ['bob', 'hello', 'private-chat'],
      ['ann', 'hello back', 'private-chat'],
    ]);
  });

  it('a callback that throws stops no other', async () => {
    const gateway = await startGateway();
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) };
    const echo = openEcho({ host: gateway.url, logger });
    const log = new EventLog();
    const orders = echo.channel('orders');
    for (const event of ['.shipped', '.left']) {
      orders.listen(event, () => {
        throw new Error(`no ${event}`);
      });
      orders.listen(event, async () => {
        throw new Error(`later no ${event}`);
      });
      orders.listen(event, () => log.note(event));
    }
    await subscribed(orders.listen('.end', () => log.note('end')));
    for (const event of ['shipped', 'left', 'end']) gateway.broadcast('orders', event);
    await log.until('end');
    expect(log.names).toEqual(['.shipped', '.left', 'end']);
    const told = ['no .shipped', 'later no .shipped', 'no .left', 'later no .left'];
    expect(warnings.map((message) => message.replace(/^.* failed: /, '')).sort()).toEqual(told.sort());
  });
});
