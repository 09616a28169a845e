/**
 * Milliseconds to wait before attempt 1, 2, …: anything up to a bound that doubles, so that clients spread out.
 *
 * @param random from 0 to 1
 */
export function backoff(attempt: number, first: number, most: number, random: number): number {
  return Math.round(Math.min(most, first * 2 ** Math.min(attempt - 1, 30)) * random);
}
