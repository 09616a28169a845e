import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ChannelRules } from '../../src/auth/rule-types';
import type { GatewayOptions } from '../../src/config';
import type { Logger } from '../../src/logger';
import { SECRET, startGateway } from '../core/support';

export const APP_KEY = 'app-key';
export const APP_SECRET = 'the secret of the application';

/** What an application's `/broadcasting/auth` answers. */
export function signed(
  socketId: string,
  room: string,
  channelData?: string,
  secret = APP_SECRET,
): { auth: string; channel_data?: string } {
  const text = `${socketId}:${room}${channelData === undefined ? '' : `:${channelData}`}`;
  const auth = `${APP_KEY}:${createHmac('sha256', secret).update(text).digest('hex')}`;
  return channelData === undefined ? { auth } : { auth, channel_data: channelData };
}

/** A logger that keeps what it was told. */
export class KeptLog implements Logger {
  readonly lines: { level: keyof Logger; details: object; message: string }[] = [];

  debug = this.#keep('debug');
  info = this.#keep('info');
  warn = this.#keep('warn');
  error = this.#keep('error');

  messages(level: keyof Logger): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  #keep(level: keyof Logger) {
    return (details: object, message: string) => {
      this.lines.push({ level, details, message });
    };
  }
}

/** A server of a key set, whose answer can be changed and whose requests are counted. */
export class KeyServer {
  requests = 0;
  status = 200;
  body: unknown = { keys: [] };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.requests += 1;
      response.writeHead(this.status, { 'Content-Type': 'application/json' });
      response.end(typeof this.body === 'string' ? this.body : JSON.stringify(this.body));
    });
  }

  static async start(): Promise<KeyServer> {
    const started = new KeyServer();
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      started.#server.closeAllConnections();
      started.#server.close();
    });
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }
}

/** A gateway with these rules, and what it logs. */
export async function startWithRules(channels: ChannelRules, options: GatewayOptions = {}) {
  const logger = new KeptLog();
  const gateway = await startGateway({ jwt_secret: SECRET, ...options }, { channels, logger });
  return { gateway, logger };
}

/** What is answered where a rule fails. */
export const undecided = (room: string) => ({
  error: {
    code: 'internal',
    message: `Who may use "${room}" could not be decided; try again.`,
    retry_after: 1_000,
  },
  room,
});
