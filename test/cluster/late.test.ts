import { expect, test } from 'vitest';
import type { Fate } from '../faults/account';
import { withoutLate } from './late';

test('what came late is left out where its sender was not told that it is delivered', () => {
  const fates = new Map<number, Fate>([
    [1, 'unknown'],
    [2, 'delivered'],
    [3, 'delivered'],
  ]);
  expect(withoutLate(fates, [2, 1, 3])).toEqual([2, 3]);
  expect(withoutLate(fates, [2, 'gap', 1, 1, 3])).toEqual([2, 'gap', 1, 3]);
  expect(withoutLate(fates, [1, 3, 2])).toEqual([1, 3, 2]);
});
