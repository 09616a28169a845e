import { readFileSync } from 'node:fs';
import type { ToporiaRealtime } from '../../../src';
import { served } from '../edge/cli-support';

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** `toporia-gateway serve` with two workers on a free port, which serve. */
export async function serveTwo(args: readonly string[] = [], env?: Record<string, string>) {
  const { run, url } = await served(['--workers=2', ...args], env);
  const pid = run.child.pid as number;
  return { run, url, pid, workers: () => childrenOf(pid) };
}

/** Which worker has a client: its session's id says it. */
export function workerOf(client: ToporiaRealtime): string | undefined {
  const { engine } = client.getSocket().io as unknown as { engine: { id: string } };
  return engine.id.split('.')[0];
}
