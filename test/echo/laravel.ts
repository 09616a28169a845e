import Echo from 'laravel-echo';
import { io } from 'socket.io-client';
import { onTestFinished, vi } from 'vitest';
import type { GatewayOptions } from '../../gateway/src/config';
import type { TestGateway } from '../../gateway/src/testing';
import { ToporiaConnector, type ToporiaEcho, type ToporiaEchoOptions } from '../../src/echo';
import { APP, type AuthEndpoint, sign, startAuthEndpoint } from '../support/auth-endpoint';
import { SOON, startGateway } from '../support/realtime-pair';

export interface Laravel {
  gateway: TestGateway;
  endpoint: AuthEndpoint;
  /** Users whom the application refuses from now on. */
  banned: Set<string>;
  /** An Echo with our connector; without a user the application refuses everything. */
  echo(user?: string, options?: ToporiaEchoOptions): ToporiaEcho;
}

/** An Echo with our connector that is gone when the test ends. */
export function openEcho(options: ToporiaEchoOptions): ToporiaEcho {
  const echo: ToporiaEcho = new Echo<'function'>({
    broadcaster: ToporiaConnector,
    ...SOON,
    ...options,
  } as never);
  onTestFinished(() => echo.disconnect());
  return echo;
}

/** A gateway, and an application that signs for whoever shows an id as bearer token. */
export async function startLaravel(options: GatewayOptions = {}): Promise<Laravel> {
  const gateway = await startGateway({ ...APP, ...options });
  const banned = new Set<string>();
  const endpoint = await startAuthEndpoint(({ headers, socketId, room }) => {
    const id = /^Bearer (\w+)$/.exec(headers.authorization ?? '')?.[1];
    if (!id || banned.has(id)) return [403, '{"message":"Forbidden"}'];
    const member = { user_id: id, user_info: { id, name: `User ${id}` } };
    const signed = room.startsWith('presence') ? sign(socketId, room, member) : sign(socketId, room);
    return [200, JSON.stringify(signed)];
  });
  const echo: Laravel['echo'] = (user, more) =>
    openEcho({
      host: gateway.url,
      authEndpoint: endpoint.url,
      ...(user && { bearerToken: user }),
      ...more,
    });
  return { gateway, endpoint, banned, echo };
}

/** Laravel Echo with its own socket.io connector, for comparison. */
export function openSocketIoEcho(host: string): Echo<'socket.io'> {
  const echo = new Echo({
    broadcaster: 'socket.io',
    host,
    client: io,
    forceNew: true,
    transports: ['websocket'],
  });
  onTestFinished(() => echo.disconnect());
  return echo;
}

/** Resolves when the channel is subscribed. */
export function subscribed(channel: { subscribed(callback: () => unknown): unknown }): Promise<void> {
  return new Promise((resolve) => channel.subscribed(resolve));
}

/** Resolves when `check` passes, however long that takes on a busy machine. */
export async function eventually(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { timeout: 25_000, interval: 10 });
}
