import { medianOf } from './crowd/figures.mjs';

/**
 * Lets variants measure in turns, in so many rounds after one for warming up, in which each goes first as often as the
 * others. Returns the medians of what each `measure()` gave, by the variants' names.
 */
export async function takeTurns(variants, rounds) {
  const all = [...variants].map(([name, variant]) => ({ name, variant, figures: [] }));
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const { variant, figures } = all[(turn + round + all.length) % all.length];
      const measured = await variant.measure();
      if (round >= 0) figures.push(measured);
    }
  }
  return Object.fromEntries(all.map(({ name, figures }) => [name, medianOf(figures)]));
}
