import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./gateway-child.mjs', import.meta.url));
const KEY = 'key-of-the-fault-tests';

/** A gateway in a process of its own. It can be killed and started anew; its port changes by that. */
export class GatewayProcess implements AsyncDisposable {
  #process!: ChildProcess;
  #url!: string;

  private constructor(private readonly options: object) {}

  static async start(options: object = {}): Promise<GatewayProcess> {
    const gateway = new GatewayProcess({ api_key: KEY, shutdown_timeout: 500, ...options });
    await gateway.start();
    return gateway;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  async start(): Promise<void> {
    this.#process = fork(script, [JSON.stringify(this.options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`The gateway ended with ${code} before it listened`);
    });
    const ready = once(this.#process, 'message').then(([message]) => (message as { url: string }).url);
    ended.catch(() => {});
    this.#url = await Promise.race([ready, ended]);
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await this.#end(() => this.#process.kill('SIGKILL'));
  }

  /** Ends it as an operator does: its clients are told. */
  async stop(): Promise<void> {
    await this.#end(() => this.#process.send('stop'));
  }

  async #end(how: () => void): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    how();
    await ended;
  }

  /** Publishes over HTTP. Resolves with whether the gateway said that it has. */
  async publish(channel: string, event: string, data: unknown): Promise<boolean> {
    try {
      const reply = await fetch(`${this.#url}/api/broadcast`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel, event, data }),
      });
      await reply.arrayBuffer();
      return reply.ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
