/** What a receiver got of a numbered stream, in the order in which it came. */
export type Received = readonly (number | 'gap')[];

/** What became of a numbered message, as its sender was told. */
export type Fate = 'delivered' | 'unknown' | 'never-sent';

/**
 * Holds what was received against what was sent. Returns what is wrong with it, in words; nothing when each message came
 * once and in order, or was reported: to its sender as not (surely) sent, or to the receiver as a gap.
 */
export function wrongs(fates: ReadonlyMap<number, Fate>, received: Received): string[] {
  const found: string[] = [];
  let last = 0;
  let hadGap = false;
  const missed = (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      if (fates.get(n) === 'delivered' && !hadGap) found.push(`${n} is lost`);
    }
  };
  for (const entry of received) {
    if (entry === 'gap') {
      hadGap = true;
      continue;
    }
    if (fates.get(entry) === 'never-sent')
      found.push(`${entry} came though its sender was told that it never left`);
    if (entry === last) found.push(`${entry} came twice`);
    else if (entry < last) found.push(`${entry} came after ${last}`);
    else {
      missed(last + 1, entry);
      last = entry;
      hadGap = false;
    }
  }
  missed(last + 1, Math.max(0, ...fates.keys()) + 1);
  return found;
}
