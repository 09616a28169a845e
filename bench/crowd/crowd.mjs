import { setTimeout as after } from 'node:timers/promises';
import { sum } from './figures.mjs';
import { Process } from './process.mjs';

/** A contender's server and its clients, each in processes of their own. */
export class Crowd {
  port = 0;
  server;
  #clients;
  #serverArguments;

  /** With `presence` each client is in a presence room too; only ours has that. */
  static async gather({ contender, clients, processes, seed, presence }) {
    const crowd = new Crowd();
    crowd.#serverArguments = { contender, presence };
    await crowd.startServer();
    const share = Math.ceil(clients / processes);
    crowd.#clients = Array.from({ length: processes }, (_, index) => {
      const first = index * share;
      const count = Math.max(0, Math.min(share, clients - first));
      return new Process('clients.mjs', {
        contender,
        count,
        seed: seed + index,
        presence: presence && { first, clients },
      });
    });
    await crowd.all('open', { url: `http://127.0.0.1:${crowd.port}` });
    return crowd;
  }

  /** Anew, at the same port. */
  async startServer() {
    this.server = new Process('server.mjs', this.#serverArguments);
    this.port = await this.server.ask('start', { port: this.port });
  }

  all(what, details) {
    return Promise.all(this.#clients.map((client) => client.ask(what, details)));
  }

  async progress() {
    const shares = await this.all('progress');
    return { up: sum(shares.map(({ up }) => up)), received: sum(shares.map(({ received }) => received)) };
  }

  /** Resolves when they are as wanted, or nothing has changed for `quiet` ms. */
  async settle(isDone, quiet) {
    let last = '';
    let since = performance.now();
    while (performance.now() - since < quiet) {
      const progress = await this.progress();
      if (await isDone(progress)) return;
      const now = JSON.stringify(progress);
      if (now !== last) since = performance.now();
      last = now;
      await after(100);
    }
  }

  /** What all clients report, put together. */
  async report() {
    const [first, ...others] = await this.all('report');
    for (const other of others) {
      for (const [name, value] of Object.entries(other)) {
        first[name] = Array.isArray(value) ? first[name].concat(value) : first[name] + value;
      }
    }
    return first;
  }

  async end() {
    await Promise.all([this.server, ...this.#clients].map((one) => one.kill()));
  }
}
