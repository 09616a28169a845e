import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PresenceEntry } from '../../gateway/src/api';
import { FaultyProxy } from '../faults/faulty-proxy';
import { Daemon } from '../support/daemon';
import { unusedPort } from '../support/unused-port';

const cli = fileURLToPath(new URL('../../gateway/dist/cli.js', import.meta.url));

export const API_KEY = 'key-of-the-cluster';
export const APP_SECRET = 'secret-of-the-cluster';

export interface NodeOptions {
  workers: number;
  /** Port of the Redis; without it the node stands alone. */
  redis: number | undefined;
}

/** A node as it is deployed: the command of the built package with its workers, in a process group of its own. */
export class GatewayNode implements AsyncDisposable {
  readonly #daemon: Daemon;
  #isFrozen = false;

  private constructor(
    readonly port: number,
    /** What stands between it and Redis. */
    readonly redis: FaultyProxy | undefined,
    { workers }: NodeOptions,
  ) {
    const broker = redis ? ['--broker=redis', `--redis-port=${new URL(redis.url).port}`] : [];
    this.#daemon = new Daemon(
      process.execPath,
      [
        cli,
        'serve',
        '--host=127.0.0.1',
        `--port=${port}`,
        `--workers=${workers}`,
        ...broker,
        // Notices a dead client within seconds, so that a test needn't wait for longer.
        '--heartbeat-check-interval=1',
        '--heartbeat-idle-time=3',
        '--presence-grace=1000',
        '--room-log-messages=100000',
        '--room-log-bytes=100000000',
        '--drain-time=500',
        '--shutdown-timeout=4000',
        '--trust-proxy=loopback',
        '--log-level=warn',
      ],
      {
        PATH: process.env.PATH,
        REALTIME_API_KEY: API_KEY,
        BROADCAST_APP_KEY: 'app',
        BROADCAST_APP_SECRET: APP_SECRET,
      },
    );
  }

  static async start(options: NodeOptions): Promise<GatewayNode> {
    const proxy = options.redis === undefined ? undefined : await FaultyProxy.start(options.redis);
    const node = new GatewayNode(await unusedPort(), proxy, options);
    await node.start();
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whether it would answer: it has neither ended nor been stopped. */
  get runs(): boolean {
    return this.#daemon.runs && !this.#isFrozen;
  }

  /** What it has logged. */
  get output(): string {
    return this.#daemon.output;
  }

  /** Starts it on the same port. Resolves when it is ready to serve. */
  async start(): Promise<void> {
    this.#daemon.start();
    await this.#daemon.listens(this.port);
    while (!(await this.isReady())) await after(20);
  }

  async isReady(): Promise<boolean> {
    const reply = await fetch(`${this.url}/ready`).catch(() => undefined);
    await reply?.arrayBuffer();
    return reply?.status === 200;
  }

  /** Ends all its processes without a word. */
  async kill(): Promise<void> {
    await this.#daemon.end('SIGKILL');
  }

  /** Ends it as an operator does. */
  async drain(): Promise<void> {
    await this.#daemon.endByItself('SIGTERM');
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#daemon.signal('SIGSTOP');
  }

  thaw(): void {
    this.#daemon.signal('SIGCONT');
    this.#isFrozen = false;
  }

  /** Who is in a room, as one of its workers tells. */
  async users(room: string): Promise<string[]> {
    const reply = await fetch(`${this.url}/api/channels/${room}/presence`, {
      headers: { authorization: `Bearer ${API_KEY}`, connection: 'close' },
      signal: AbortSignal.timeout(2_000),
    });
    if (!reply.ok) throw new Error(`the roster was refused: ${await reply.text()}`);
    return ((await reply.json()) as PresenceEntry[]).map(({ user_id }) => user_id).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon[Symbol.asyncDispose]();
    await this.redis?.[Symbol.asyncDispose]();
  }
}
