import { describe, expect, it, vi } from 'vitest';
import { plain, sdk, startGateway } from '../core/support';
import { Heard, openEcho, settled, wire } from './support';

describe('a public channel', () => {
  it('needs nothing but the address of the gateway', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const shipped = new Heard();
    echo.channel('orders').listen('OrderShipped', shipped.note);
    await settled(echo);
    gateway.broadcast('orders', 'App\\Events\\OrderShipped', { id: 5 });
    expect(await shipped.next()).toEqual({ id: 5 });
  });

  it.each([
    ['the class', 'OrderShipped', 'App\\Events\\OrderShipped', {}],
    ['the class with dots', 'OrderShipped', 'App.Events.OrderShipped', {}],
    ['a class in a folder', 'Orders.Shipped', 'App\\Events\\Orders\\Shipped', {}],
    ['such a class with dots', 'Orders\\Shipped', 'App.Events.Orders.Shipped', {}],
    ['a name of its own', '.order.shipped', 'order.shipped', {}],
    ['such a name that holds the usual one', '.my.App.Events.X', 'my.App.Events.X', {}],
    ['a class from elsewhere', '\\Shop\\Shipped', 'Shop\\Shipped', {}],
    ['a namespace of its own', 'Shipped', 'Shop\\Shipped', { namespace: 'Shop' }],
    ['no namespace', 'Shipped', 'Shipped', { namespace: false as const }],
  ])('hears an event by %s', async (_what, listened, published, options) => {
    const gateway = await startGateway();
    const echo = openEcho(gateway, options);
    const heard = new Heard();
    echo.channel('orders').listen(listened, heard.note);
    await settled(echo);
    gateway.broadcast('orders', published, 1);
    expect(await heard.next()).toBe(1);
  });

  it('hears its own events alone, and none once it is left', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const [one, two] = [new Heard(), new Heard()];
    echo.channel('one').listen('.sent', one.note);
    echo.channel('two').listen('.sent', two.note);
    await settled(echo);
    gateway.broadcast('one', 'sent', 1);
    gateway.broadcast('two', 'sent', 2);
    expect([await one.next(), await two.next()]).toEqual([1, 2]);
    echo.leave('one');
    await settled(echo);
    expect(await gateway.channels()).toEqual([{ name: 'two', namespace: '/', connections: 1 }]);
    const heard = wire(echo);
    gateway.broadcast('one', 'sent', 3);
    gateway.broadcast('two', 'sent', 4);
    expect(await two.next()).toBe(4);
    expect(heard.received).toEqual([['sent', 'two', 4]]);
    expect(one.values).toEqual([1]);
  });

  it('is published to over HTTP, the one left out whose X-Socket-ID the backend passes on', async () => {
    const gateway = await startGateway({ api_key: 'key' });
    const [echo, other] = [openEcho(gateway), openEcho(gateway)];
    const [own, others] = [new Heard(), new Heard()];
    echo.channel('orders').listen('OrderShipped', own.note);
    other.channel('orders').listen('OrderShipped', others.note);
    await Promise.all([settled(echo), settled(other)]);
    const publish = (data: unknown, except?: string) =>
      fetch(`${gateway.url}/api/broadcast`, {
        method: 'POST',
        headers: { Authorization: 'Bearer key' },
        body: JSON.stringify({ channel: 'orders', event: 'App\\Events\\OrderShipped', data, except }),
      });
    await publish({ id: 1 }, echo.socketId());
    await publish({ id: 2 });
    expect([await others.next(), await others.next()]).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await own.next()).toEqual({ id: 2 });
  });

  it('tells by the event "subscribed" that it is in, which Echo itself has no word for', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const subscribed = new Heard();
    echo.channel('orders').on('subscribed', subscribed.note);
    await subscribed.next();
    expect(await gateway.channels()).toMatchObject([{ name: 'orders', connections: 1 }]);
  });

  it('hears everything again after a lost connection', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const [heard, subscribed] = [new Heard(), new Heard()];
    const channel = echo.channel('orders');
    channel.on('subscribed', subscribed.note);
    channel.listen('.sent', heard.note);
    await subscribed.next();
    gateway.io.sockets.sockets.get(echo.socketId() as string)?.conn.close(true);
    await subscribed.next();
    gateway.broadcast('orders', 'sent', 'again');
    expect(await heard.next()).toBe('again');
    expect(heard.values).toEqual(['again']);
  });
});

describe('a room of Echo, SDK and plain members', () => {
  it('hears one message in three forms, each encoded once', async () => {
    const gateway = await startGateway();
    const echoes = [openEcho(gateway), openEcho(gateway)];
    const others = await Promise.all([plain(gateway), plain(gateway), sdk(gateway), sdk(gateway)]);
    await Promise.all(others.map((each) => each.ask('join', 'orders')));
    for (const echo of echoes) echo.channel('orders');
    await Promise.all(echoes.map(settled));
    expect(await gateway.channels()).toEqual([{ name: 'orders', namespace: '/', connections: 6 }]);
    const wires = echoes.map(wire);
    const encode = vi.spyOn(gateway.io.encoder, 'encode');
    gateway.broadcast('orders', 'App.Events.OrderShipped', { id: 5 });
    expect(encode).toHaveBeenCalledTimes(3);
    for (const each of wires) {
      const name = 'App\\Events\\OrderShipped';
      expect(await each.next(name)).toEqual([name, 'orders', { id: 5 }]);
    }
    const [first, second, third, fourth] = await Promise.all(
      others.map((each) => each.next('App.Events.OrderShipped')),
    );
    expect([first, second]).toEqual(Array(2).fill(['App.Events.OrderShipped', { id: 5 }]));
    for (const each of [third, fourth]) {
      expect(each?.slice(1)).toEqual([{ id: 5 }, expect.objectContaining({ channel: 'orders' })]);
    }
  });

  it('hears what any of them sends', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const heard = new Heard();
    echo.channel('orders').listen('.message', heard.note);
    await settled(echo);
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    await Promise.all([a.ask('join', 'orders'), b.ask('join', 'orders')]);
    await a.ask('message', 'from a', 'more');
    await b.ask('message', 'from b', { room: 'orders' });
    expect([await heard.next(), await heard.next()]).toEqual(['from a', 'from b']);
    echo.connector.socket.emit('message', 'from Echo');
    expect((await b.next('message')).slice(1)).toEqual(['from a', expect.anything(), 'more']);
    await settled(echo);
    expect(b.received.at(-1)?.slice(0, 2)).toEqual(['message', 'from Echo']);
  });

  it('has one connection in two rooms in two forms, and in one room in the form that it asked for last', async () => {
    const gateway = await startGateway();
    const client = await plain(gateway);
    await client.ask('join', 'plain');
    await client.ask('subscribe', 'orders');
    gateway.broadcast('orders', 'first', 1);
    expect(await client.ask('subscribe', { channel: 'orders', auth: { headers: {} } })).toEqual({
      channel: 'orders',
      subscribed: true,
    });
    gateway.broadcast('orders', 'second', 2);
    gateway.broadcast('plain', 'third', 3);
    await client.ask('join', 'orders');
    gateway.broadcast('orders', 'fourth', 4);
    await client.ask('unsubscribe', { channel: 'orders', auth: { headers: {} } });
    gateway.broadcast('orders', 'fifth', 5);
    await client.ask('subscribe', 'orders');
    gateway.broadcast('orders', 'sixth', 6);
    await client.next('sixth');
    expect(client.received).toEqual([
      ['subscribed', { channel: 'orders' }],
      ['first', 1],
      ['subscribed', 'orders'],
      ['second', 'orders', 2],
      ['third', 3],
      ['fourth', 'orders', 4],
      ['subscribed', { channel: 'orders' }],
      ['sixth', 6],
    ]);
  });

  it('leaves the SDK its own form, whatever it subscribes with', async () => {
    const gateway = await startGateway();
    const client = await sdk(gateway);
    await client.ask('subscribe', { channel: 'orders', auth: { headers: {} } });
    gateway.broadcast('orders', 'sent', 1);
    expect(await client.next('sent')).toEqual(['sent', 1, expect.objectContaining({ channel: 'orders' })]);
  });
});
