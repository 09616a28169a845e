import type { Fate, Received } from '../faults/account';

/**
 * A stream without what came late, where that is no wonder: a sender that does not send again learns that a message's
 * fate is unknown, and goes on with the next, while the first one lies in a node that hangs and may come afterwards. A
 * number that came before is left, so that it is found to have come twice.
 */
export function withoutLate(fates: ReadonlyMap<number, Fate>, received: Received): Received {
  const seen = new Set<number>();
  let last = 0;
  return received.filter((entry) => {
    if (entry === 'gap') return true;
    const isLate = entry < last && fates.get(entry) === 'unknown' && !seen.has(entry);
    seen.add(entry);
    last = Math.max(last, entry);
    return !isLate;
  });
}
