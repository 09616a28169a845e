import { describe, expect, it } from 'vitest';
import { gate, SECRET, token } from '../core/support';
import { startBoth } from './endpoint-support';
import { openEcho, settled, wire } from './support';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('the channels of one page', () => {
  it('are asked about together, five at a time, and take effect in their order', async () => {
    const gates = new Map(NAMES.map((name) => [`private-${name}`, gate()]));
    const { application, gateway } = await startBoth(async ({ room }) => {
      await gates.get(room ?? '')?.opened;
      return true;
    });
    const echo = openEcho(gateway);
    const client = wire(echo);
    for (const name of NAMES) echo.private(name);
    await application.askedTimes(5);
    await application.quiet();
    expect(application.asked).toHaveLength(5);
    expect(client.received).toEqual([]);
    for (const { open } of [...gates.values()].reverse()) open();
    await settled(echo);
    expect(application.asked.map(({ room }) => room).sort()).toEqual(NAMES.map((name) => `private-${name}`));
    expect(application.mostOpen).toBe(5);
    expect(client.received).toEqual(NAMES.map((name) => ['subscribed', `private-${name}`]));
  });

  it('are asked about no earlier than in their turn where it may not be needed', async () => {
    const { open, opened } = gate();
    const { application, gateway } = await startBoth(() => opened.then(() => true));
    const echo = openEcho(gateway);
    echo.private('a');
    echo.channel('open');
    echo.channel('user.7');
    echo.connector.socket.emit('subscribe', { channel: 'private-signed', auth: 'app-key:01' });
    await application.askedTimes(1);
    await application.quiet();
    open();
    await settled(echo);
    expect(application.asked.map(({ room }) => room)).toEqual(['private-a']);
  });

  it('are left again where the page leaves them before the answer', async () => {
    const { open, opened } = gate();
    const { application, gateway } = await startBoth(() => opened.then(() => true));
    const echo = openEcho(gateway);
    echo.private('a');
    echo.private('b');
    echo.leave('b');
    echo.private('c');
    await application.askedTimes(2);
    open();
    await settled(echo);
    expect((await gateway.channels()).map(({ name }) => name)).toEqual(['private-a', 'private-c']);
  });

  it('are not asked about early where a program’s middleware may refuse them', async () => {
    const { open, opened } = gate();
    const { application, gateway } = await startBoth(() => opened.then(() => true));
    gateway.use((event, next) => {
      if (event.room !== 'private-b') return next();
      return undefined;
    });
    const echo = openEcho(gateway);
    for (const name of ['a', 'b', 'c']) echo.private(name);
    await application.askedTimes(1);
    open();
    await settled(echo);
    expect(application.asked.map(({ room }) => room)).toEqual(['private-a', 'private-c']);
  });

  it('are not asked about again where the page is in already', async () => {
    const { application, gateway } = await startBoth();
    const echo = openEcho(gateway);
    echo.private('a');
    await settled(echo);
    echo.private('b');
    echo.connector.socket.emit('subscribe', { channel: 'private-a', auth: {} });
    await settled(echo);
    expect(application.asked.map(({ room }) => room)).toEqual(['private-a', 'private-b']);
  });

  it('are asked about before the user is known only where that is allowed', async () => {
    const { application, gateway } = await startBoth(undefined, { require_auth: true, jwt_secret: SECRET });
    const echo = openEcho(gateway);
    echo.connector.socket.emit('auth', { token: await token({ sub: 7 }) });
    for (const name of ['a', 'b']) echo.private(name);
    await settled(echo);
    expect(application.asked.map(({ room }) => room)).toEqual(['private-a', 'private-b']);
    expect(await gateway.channels()).toHaveLength(3);
  });
});
