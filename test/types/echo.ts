// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { configureEcho } from '@laravel/echo-react';
import { configureEcho as configureEchoVue } from '@laravel/echo-vue';
import Echo, { type ConnectionStatus } from 'laravel-echo';
import { expectTypeOf } from 'vitest';
import {
  type EchoAuthorizer,
  type EchoConnectionStatus,
  ToporiaConnector,
  type ToporiaEcho,
  type ToporiaEchoChannel,
  type ToporiaEchoOptions,
  type ToporiaEchoPresenceChannel,
  type ToporiaEchoPrivateChannel,
} from '../../src/echo';
import type { MessageMeta, RealtimeError, ToporiaRealtime } from '../../src/index';
import { typed } from './event-maps';

const host = 'http://localhost:3000';

export function echoTakesTheConnector(): void {
  new Echo({ broadcaster: ToporiaConnector, host });
  new Echo<'function'>({
    broadcaster: ToporiaConnector,
    host,
    token: () => 'token',
    transports: ['websocket'],
  });
  new Echo<'function'>({ broadcaster: ToporiaConnector, client: typed });
  configureEcho({ broadcaster: ToporiaConnector as never, host });
  configureEchoVue({ broadcaster: ToporiaConnector as never, host });
}

export function echoHasTheTypesOfItsChannels(): void {
  const echo: ToporiaEcho = new Echo<'function'>({ broadcaster: ToporiaConnector, host });
  expectTypeOf(echo.channel('news')).toEqualTypeOf<ToporiaEchoChannel>();
  expectTypeOf(echo.private('orders')).toEqualTypeOf<ToporiaEchoPrivateChannel>();
  expectTypeOf(echo.join('chat')).toEqualTypeOf<ToporiaEchoPresenceChannel>();
  expectTypeOf(echo.connector.client).toEqualTypeOf<ToporiaRealtime>();
  expectTypeOf<EchoConnectionStatus>().toEqualTypeOf<ConnectionStatus>();
  // @ts-expect-error only private channels have whispers
  echo.channel('news').whisper('typing');
  // @ts-expect-error only presence channels have members
  echo.private('orders').here(() => {});
}

export function callbacksNameWhatTheyExpect(): void {
  const echo: ToporiaEcho = new Echo<'function'>({ broadcaster: ToporiaConnector, host });
  interface Order {
    id: number;
  }
  echo
    .join('chat')
    .here((members: Order[]) => members.length)
    .joining<Order>((member) => expectTypeOf(member).toEqualTypeOf<Order>())
    .leaving((member) => expectTypeOf(member).toEqualTypeOf<unknown>())
    .listen('Shipped', ({ id }: Order, meta) => id && expectTypeOf(meta).toEqualTypeOf<MessageMeta>())
    .listen<Order>('Paid', (order) => expectTypeOf(order).toEqualTypeOf<Order>())
    .listenToAll((event, data) => expectTypeOf([event, data]).toEqualTypeOf<unknown[]>())
    .error((error) => expectTypeOf(error).toEqualTypeOf<RealtimeError>())
    .subscribed(() => {})
    .whisper('typing', { user: 'Ann' });
  // @ts-expect-error an event is named by a text
  echo.channel('news').listen(7, () => {});
}

export function optionsAreChecked(): void {
  const options: ToporiaEchoOptions = {
    host,
    auth: { headers: { 'X-Tenant': 'acme' } },
    namespace: false,
    reconnectionDelay: 100,
  };
  new ToporiaConnector(options);
  const authorizer: EchoAuthorizer = ({ name }, { csrfToken }) => ({
    authorize: (socketId, callback) => callback(null, { auth: `${name} ${socketId} ${csrfToken}` }),
  });
  new ToporiaConnector({ authorizer });
  // @ts-expect-error the connection's token is `token`
  new ToporiaConnector({ host, auth: 'token' });
  // @ts-expect-error no such option
  new ToporiaConnector({ host, wsHost: 'localhost' });
}
