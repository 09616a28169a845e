import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from './daemon';
import { program } from './find-program';
import { unusedPort } from './unused-port';

/** A Redis of its own, on a free port, which keeps nothing unless told to, and can be ended and started anew. */
export class RedisServer implements AsyncDisposable {
  readonly #daemon: Daemon;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    settings: Readonly<Record<string, string>>,
  ) {
    const all = {
      port: `${port}`,
      bind: '127.0.0.1',
      dir: folder,
      save: '',
      appendonly: 'no',
      ...settings,
    };
    this.#daemon = new Daemon(
      program('redis-server').path,
      Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    );
  }

  /** @param settings as in `redis.conf`, such as `{ appendonly: 'yes', appendfsync: 'always' }`. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
    const server = await RedisServer.reserve(settings);
    await server.start();
    return server;
  }

  /** One that has its port, and does not run yet. */
  static async reserve(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'toporia-redis-'));
    return new RedisServer(await unusedPort(), folder, settings);
  }

  /** One that speaks TLS alone. */
  static async startTls({ cert, key }: { cert: string; key: string }): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'toporia-redis-'));
    const port = await unusedPort();
    const server = new RedisServer(port, folder, {
      port: '0',
      'tls-port': `${port}`,
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-auth-clients': 'no',
    });
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#daemon.pid;
  }

  /** What it has logged since it was started. */
  get output(): string {
    return this.#daemon.output;
  }

  /** Starts it again on the same port, with what it has kept. */
  async start(): Promise<void> {
    this.#daemon.start();
    await this.#daemon.listens(this.port);
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.#daemon.end('SIGTERM');
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await this.#daemon.end('SIGKILL');
  }

  /** It answers no more, though its connections stay. */
  freeze(): void {
    this.#daemon.signal('SIGSTOP');
  }

  thaw(): void {
    this.#daemon.signal('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
