// A redis-server of the benches, on a free port, which ends with them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

export class RedisServer {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'toporia-redis-'));
  #settings;

  /** @param settings as in redis.conf. It keeps nothing unless they say so. */
  static async start(settings = {}) {
    const server = new RedisServer();
    server.port = await freePort();
    server.#settings = { save: '', appendonly: 'no', ...settings };
    await server.restart();
    process.once('exit', () => {
      server.#child.kill('SIGKILL');
      rmSync(server.#folder, { recursive: true, force: true });
    });
    return server;
  }

  async restart() {
    const all = { port: this.port, bind: '127.0.0.1', dir: this.#folder, ...this.#settings };
    this.#child = spawn(
      'redis-server',
      Object.entries(all).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      { stdio: 'ignore' },
    );
    this.#child.once('error', ({ message }) => {
      console.error(`redis-server is needed: ${message}`);
      process.exit(1);
    });
    while (!(await listens(this.port))) await after(10);
  }

  /** Ends it without a word. */
  async kill() {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async end() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What INFO says: ms of processor time, commands, and bytes in and out, since the server was started. */
export async function spent(client) {
  const text = await client.info();
  const number = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)[1]);
  return {
    cpu: (number('used_cpu_user') + number('used_cpu_sys')) * 1e3,
    commands: number('total_commands_processed'),
    bytesIn: number('total_net_input_bytes'),
    bytesOut: number('total_net_output_bytes'),
  };
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
