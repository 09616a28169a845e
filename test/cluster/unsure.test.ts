import { expect, test } from 'vitest';
import type { Fate } from '../faults/account';
import { withoutUnsure } from './unsure';

test('what nobody knows the fate of is left out, unless it came twice', () => {
  const fates = new Map<number, Fate>([
    [1, 'unknown'],
    [2, 'delivered'],
    [3, 'delivered'],
  ]);
  expect(withoutUnsure(fates, [2, 1, 3])).toEqual([2, 3]);
  expect(withoutUnsure(fates, [2, 'gap', 1, 3])).toEqual([2, 'gap', 3]);
  expect(withoutUnsure(fates, [1, 2, 1, 3])).toEqual([1, 2, 1, 3]);
  expect(withoutUnsure(fates, [1, 3, 2])).toEqual([3, 2]);
});
