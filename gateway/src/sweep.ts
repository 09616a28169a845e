/** Ms between two looks for what is too old. */
const ROUND = 2_000;

/** Lets things forget what is too old, now and then. Returns what ends that. */
export function startSweep(things: readonly { sweep(): void }[]): () => void {
  const timer = setInterval(() => {
    for (const thing of things) thing.sweep();
  }, ROUND).unref();
  return () => clearInterval(timer);
}
