import { describe, expect, test } from 'vitest';
import { type Fate, wrongs } from './account';

const fates = (...list: Fate[]) => new Map(list.map((fate, index) => [index + 1, fate]));

describe('the account of a numbered stream', () => {
  const all = fates('delivered', 'delivered', 'delivered');

  test('is clean when all came in order', () => {
    expect(wrongs(all, [1, 2, 3])).toEqual([]);
  });

  test('names what is lost, at the end too', () => {
    expect(wrongs(all, [1, 3])).toEqual(['2 is lost']);
    expect(wrongs(all, [1])).toEqual(['2 is lost', '3 is lost']);
  });

  test('takes a gap for what is missing there, and only there', () => {
    expect(wrongs(all, [1, 'gap', 3])).toEqual([]);
    expect(wrongs(all, ['gap', 1, 3])).toEqual(['2 is lost']);
  });

  test('names repeats and disorder', () => {
    expect(wrongs(all, [1, 1, 2, 3])).toEqual(['1 came twice']);
    expect(wrongs(all, [1, 3, 2])).toEqual(['2 is lost', '2 came after 3']);
  });

  test('lets what was reported as unsure come or not', () => {
    expect(wrongs(fates('delivered', 'unknown', 'delivered'), [1, 3])).toEqual([]);
    expect(wrongs(fates('delivered', 'unknown', 'delivered'), [1, 2, 3])).toEqual([]);
  });

  test('does not let come what never left', () => {
    expect(wrongs(fates('never-sent'), [1])).toEqual([
      '1 came though its sender was told that it never left',
    ]);
  });
});
