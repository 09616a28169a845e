/** The number below which that share of them is; `undefined` where there are none. */
export function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Most of these times that are within one span of so many ms. */
export function densest(times, span) {
  const sorted = Float64Array.from(times).sort();
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last] - sorted[first] >= span) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

export const ms = (number) => (number === undefined ? '-' : `${number.toFixed(number < 10 ? 1 : 0)} ms`);

export const seconds = (number) => (number === undefined ? '-' : `${(number / 1e3).toFixed(1)} s`);

export function median(numbers) {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The medians of results that are all made alike, number by number. */
export function medianOf(results) {
  const [first] = results;
  if (typeof first === 'number') return median(results);
  if (!first || typeof first !== 'object') return first;
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, medianOf(results.map((result) => result[name]))]),
  );
}
