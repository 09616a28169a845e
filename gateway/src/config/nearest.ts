/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other. */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, at(beforeLast, j - 2) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: number[], index: number) => row[index] ?? 0;

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The known name that was most likely meant, if one is near enough; spelling of word breaks does not count. */
export function nearest(name: string, known: Iterable<string>, most = 2): string | undefined {
  const wanted = plain(name).slice(0, 100);
  let found: string | undefined;
  let least = Math.min(most, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const edits = distance(wanted, plain(candidate));
    if (edits < least) [found, least] = [candidate, edits];
  }
  return found;
}

/** `; did you mean "port"?`, or nothing. */
export function suggestion(name: string, known: Iterable<string>): string {
  const found = nearest(name, known);
  return found === undefined ? '' : `; did you mean "${found}"?`;
}
