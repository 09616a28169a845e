import type {
  BroadcastOptions,
  Gateway,
  GatewayChannel,
  GatewayNamespace,
  Published,
  SendToUserOptions,
} from './api';
import type { GatewayOptions } from './config';
import { createGateway } from './gateway';
import { TcpFront } from './testing/tcp-front';

/** A gateway for tests, with switches for what networks and servers do. */
export interface TestGateway extends AsyncDisposable {
  /** The address that clients connect to; it stays the same over a restart. */
  readonly url: string;
  /** The gateway itself; after a restart it is another one. */
  readonly gateway: Gateway;
  broadcast(channel: string, event: string, data?: unknown, options?: BroadcastOptions): Published;
  sendToUser(userId: string | number, event: string, data?: unknown, options?: SendToUserOptions): Published;
  channel(name: string, options?: { namespace?: string }): GatewayChannel;
  /** Handlers set here are the running gateway's, so set them again after a restart. */
  of(namespace: string): GatewayNamespace;
  /** Clients connected, as the gateway sees it. */
  connections(): number;
  /** Cuts every TCP connection without a word, as a lost network does. New ones are let in. */
  dropConnections(): void;
  /** Accepts connections and bytes, and answers nothing, until `unfreeze()`. */
  freeze(): void;
  /** Delivers what was held, in both directions, and goes on. */
  unfreeze(): void;
  /** Closes the gateway, clients told, and starts a new one at the same address with the same options. */
  restart(): Promise<void>;
  /** Ends everything. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway in this process, on 127.0.0.1 and a free port (or on `options.port`).
 *
 * @example
 * await using gateway = await startTestGateway();
 * const realtime = new ToporiaRealtime(gateway.url);
 * await realtime.join('news');
 * gateway.broadcast('news', 'flash', { text: 'hello' });
 */
export async function startTestGateway<const Pattern extends string = string>(
  options: GatewayOptions<Pattern> = {},
): Promise<TestGateway> {
  const front = new TcpFront();
  const start = async () => {
    // Only the front is at the port that was asked for.
    const started = createGateway({
      env: {},
      shutdown_timeout: 1000,
      ...options,
      port: 0,
      host: '127.0.0.1',
    });
    await started.listen();
    front.forwardTo(Number(new URL(started.url).port));
    return started;
  };
  let gateway = await start();
  try {
    await front.listen(Number(options.port ?? 0));
  } catch (error) {
    await gateway.close();
    throw error;
  }
  const url = `${gateway.settings.ssl ? 'https' : 'http'}://127.0.0.1:${front.port}`;
  let stopping: Promise<void> | undefined;

  const close = async () => {
    // Frozen clients can be told nothing, and would only be waited for.
    if (front.frozen) front.drop();
    // Who polls must still come through once more, to be told.
    await gateway.close();
    front.forwardTo(undefined);
    front.drop();
  };
  const stop = () => {
    stopping ??= close().then(() => front.close());
    return stopping;
  };
  return {
    url,
    get gateway() {
      return gateway;
    },
    broadcast: (channel, event, data, more) => gateway.broadcast(channel, event, data, more),
    sendToUser: (userId, event, data, more) => gateway.sendToUser(userId, event, data, more),
    channel: (name, more) => gateway.channel(name, more),
    of: (namespace) => gateway.of(namespace),
    connections: () => gateway.io.engine.clientsCount,
    dropConnections: () => front.drop(),
    freeze: () => front.freeze(),
    unfreeze: () => front.unfreeze(),
    async restart() {
      if (stopping) throw new Error('the test gateway was stopped');
      await close();
      gateway = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
