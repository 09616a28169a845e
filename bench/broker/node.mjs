// A gateway as it is deployed, with its workers, and with limits that none of the clients meets. Linux alone tells what a
// group of processes has used.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../cluster/redis.mjs';

const cli = fileURLToPath(new URL('../../gateway/dist/cli.js', import.meta.url));
/** Ms of a clock tick. */
const TICK = 10;

export class GatewayNode {
  #child;

  /** @param redis its port; without it the node has none. */
  static async start({ workers, redis }) {
    const node = new GatewayNode();
    const port = await freePort();
    node.url = `http://127.0.0.1:${port}`;
    const flags = {
      host: '127.0.0.1',
      port,
      workers,
      ...(redis ? { broker: 'redis', 'redis-port': redis } : {}),
      'messages-per-second': 0,
      'bytes-per-second': 0,
      'connects-per-second': 0,
      'connections-per-address': 0,
      'pending-handshakes': 0,
      'log-level': 'error',
    };
    node.#child = spawn(
      process.execPath,
      [cli, 'serve', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
      { detached: true, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    process.once('exit', () => node.end());
    while (!(await isReady(node.url))) await after(20);
    return node;
  }

  /** Ms of processor time that it and its workers have used. */
  cpu() {
    let ticks = 0;
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const fields = statOf(pid);
      if (Number(fields[2]) === this.#child.pid) ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks * TICK;
  }

  end() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      process.kill(-this.#child.pid, 'SIGKILL');
    }
  }
}

/** What /proc has of a process, from its state on. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
  } catch {
    // It has just ended.
    return [];
  }
}

async function isReady(url) {
  try {
    const reply = await fetch(`${url}/ready`);
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    return false;
  }
}
