// @vitest-environment jsdom
import Echo from 'laravel-echo';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { startBoth } from './endpoint-support';
import { Heard } from './support';

it('a page needs no more than Laravel gives it: the script of Socket.IO, and the token in its head', async () => {
  const { application, gateway } = await startBoth();
  document.head.innerHTML = '<meta name="csrf-token" content="of the page">';
  Object.assign(window, { io });
  const echo = new Echo({ broadcaster: 'socket.io', host: gateway.url, forceNew: true });
  onTestFinished(() => echo.disconnect());
  const [shipped, subscribed] = [new Heard(), new Heard()];
  echo.private('orders').listen('OrderShipped', shipped.note).on('subscribed', subscribed.note);
  await subscribed.next();
  expect(application.asked).toMatchObject([
    { room: 'private-orders', socketId: echo.socketId(), headers: { 'x-csrf-token': 'of the page' } },
  ]);
  gateway.broadcast('private-orders', 'App\\Events\\OrderShipped', { id: 5 });
  expect(await shipped.next()).toEqual({ id: 5 });
});
