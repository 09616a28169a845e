import { createHook } from 'node:async_hooks';

/** Does something, and gives what ends the intervals that it has begun: for code that keeps them to itself. */
export function endingTimersOf(act: () => void): () => void {
  const timers: NodeJS.Timeout[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'Timeout') timers.push(resource as NodeJS.Timeout);
    },
  }).enable();
  try {
    act();
  } finally {
    hook.disable();
  }
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
