import type { Fate, Received } from '../faults/account';

/**
 * A stream without what nobody knows whether, or when, it would come: a sender that does not send again learns that a
 * message's fate is unknown, and goes on with the next, while the first one lies in a node that hangs, and may come long
 * afterwards. What came twice is left.
 */
export function withoutUnsure(fates: ReadonlyMap<number, Fate>, received: Received): Received {
  const times = new Map<number | 'gap', number>();
  for (const entry of received) times.set(entry, (times.get(entry) ?? 0) + 1);
  return received.filter(
    (entry) => entry === 'gap' || fates.get(entry) !== 'unknown' || times.get(entry) !== 1,
  );
}
