import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { EventLog } from './event-log';
import { program } from './find-program';

const SCRIPT = fileURLToPath(new URL('./python/client.py', import.meta.url));

export interface PythonClient {
  /** What the server sent, acknowledgements as `ack`. */
  readonly log: EventLog;
  /** Emits, and resolves with the acknowledgement; one at a time. */
  ask(event: string, data: unknown): Promise<unknown>;
}

/** python-socketio in a process of its own, connected; gone when the test ends. */
export async function startPythonClient(url: string, transport: string): Promise<PythonClient> {
  const child = spawn(program('python').path, [SCRIPT, url, transport]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const log = new EventLog();
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [event, ...args] = JSON.parse(line) as [string, ...unknown[]];
    log.note(event, ...args);
  });
  const failed = ended.then(() => {
    throw new Error(`The Python client ended: ${errors}`);
  });
  failed.catch(() => {});
  await Promise.race([log.until('connect'), failed]);
  let asked = 0;
  return {
    log,
    async ask(event, data) {
      child.stdin.write(`${JSON.stringify([event, data])}\n`);
      const [reply] = await Promise.race([log.until('ack', ++asked), failed]);
      return reply;
    },
  };
}
