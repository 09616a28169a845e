import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Which of these are still there, by name, after all garbage has been collected. */
export async function survivors(refs: Readonly<Record<string, WeakRef<object>>>): Promise<string[]> {
  let alive = Object.entries(refs);
  // What is on its way out, such as a socket that closes, takes some turns.
  for (let n = 0; n < 50 && alive.length; n++) {
    await turn();
    collect();
    alive = alive.filter(([, ref]) => ref.deref());
  }
  return alive.map(([name]) => name);
}
