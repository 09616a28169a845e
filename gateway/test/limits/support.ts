import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Gateway, GatewayStats } from '../../src/api';
import type { LimitSettings } from '../../src/config/limit-settings';
import type { Logger } from '../../src/logger';
import type { TestClient } from '../core/support';

/** A clock that the test moves. */
export class TestClock {
  #now = 1_000;
  readonly now = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Limits so far away that none of them is met by chance. */
export const FAR: Partial<LimitSettings> = {
  connections_per_address: 0,
  connects_per_second: 0,
  pending_handshakes: 0,
  messages_per_second: 0,
  joins_per_second: 0,
  bytes_per_second: 0,
};

/** What an error ack looks like. */
export interface Refusal {
  error?: { code: string; message: string; retry_after?: number };
  room?: string;
}

export async function ask(client: TestClient, event: string, ...args: unknown[]): Promise<Refusal> {
  return (await client.ask(event, ...args)) as Refusal;
}

/** Resolves with the reason when the client's connection has ended. */
export function disconnected({ socket }: TestClient): Promise<string> {
  return new Promise((resolve) => {
    if (!socket.connected) resolve('already');
    else socket.once('disconnect', (reason) => resolve(reason));
  });
}

export interface Logged {
  level: string;
  details: Record<string, unknown>;
  message: string;
}

/** A logger that remembers. */
export function rememberingLogger(): { logger: Logger; logged: Logged[] } {
  const logged: Logged[] = [];
  const at = (level: string) => (details: object, message: string) => {
    logged.push({ level, details: details as Record<string, unknown>, message });
  };
  return { logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, logged };
}

export const addressOf = (gateway: Gateway) =>
  `${gateway.url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`;

/** A bare WebSocket to the gateway, of which nobody answers the pings. */
export async function rawSocket(gateway: Gateway, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(addressOf(gateway), { headers });
  onTestFinished(() => socket.terminate());
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
}

/** The next text message of a bare WebSocket that begins so. */
export function nextText(socket: WebSocket, beginning: string): Promise<string> {
  return new Promise((resolve) => {
    const listen = (data: WebSocket.RawData) => {
      const text = String(data);
      if (!text.startsWith(beginning)) return;
      socket.off('message', listen);
      resolve(text);
    };
    socket.on('message', listen);
  });
}

/** Resolves as soon as the gateway's figures are as wanted; looks again whenever it has had something to do. */
export async function figures(
  gateway: Gateway,
  wanted: (stats: GatewayStats) => boolean,
): Promise<GatewayStats> {
  for (;;) {
    const stats = gateway.stats();
    if (wanted(stats)) return stats;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
