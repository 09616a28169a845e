import Echo from 'laravel-echo';
import { io } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { Gateway } from '../../src/api';
import { TestClient } from '../core/support';

export type SocketEcho = Echo<'socket.io'>;

interface EchoOptions {
  auth?: { headers: Record<string, string>; token?: string };
  bearerToken?: string;
  csrfToken?: string;
  namespace?: string | false;
  extraHeaders?: Record<string, string>;
  reconnection?: boolean;
  transports?: string[];
}

/** Laravel Echo as an application makes it, nothing of it replaced; its socket's options are for tests. */
export function openEcho({ url }: Pick<Gateway, 'url'>, options: EchoOptions = {}): SocketEcho {
  const echo = new Echo({
    broadcaster: 'socket.io',
    client: io,
    host: url,
    forceNew: true,
    transports: ['websocket'],
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
    // Echo writes into it, and has one for all where none is given.
    auth: { headers: {} },
    ...options,
  });
  onTestFinished(() => echo.disconnect());
  return echo;
}

/** The socket underneath, with all that came. */
export function wire(echo: SocketEcho): TestClient {
  return new TestClient(echo.connector.socket as unknown as TestClient['socket']);
}

/** Resolves when everything that was sent before has been dealt with: events of a connection are, in their order. */
export async function settled(echo: SocketEcho): Promise<void> {
  await new Promise((resolve) => echo.connector.socket.emit('toporia:hello', null, resolve));
}

/** Keeps what a callback of Echo is called with. */
export class Heard {
  readonly values: unknown[] = [];
  #read = 0;
  #wake = () => {};

  readonly note = (value: unknown): void => {
    this.values.push(value);
    this.#wake();
  };

  /** The first call that was not read yet, or that comes. */
  async next(): Promise<unknown> {
    while (this.#read >= this.values.length) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.values[this.#read++];
  }
}
