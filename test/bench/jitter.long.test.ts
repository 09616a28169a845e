import { expect, it } from 'vitest';
import { measured } from './bench';

interface Delivery {
  cuts: number;
  lost: number;
  repeats: number;
  late: number;
  recovered: { count: number };
}

it('everyone gets every message of a room once and in order, though cut off again and again', async () => {
  const { 'Toporia Realtime': delivery } = await measured<Delivery>(
    'jitter',
    '--clients=100',
    '--broadcasts=20',
    '--every=5000',
  );
  expect(delivery).toMatchObject({ lost: 0, repeats: 0, late: 0 });
  // Else nothing would have been shown.
  expect(delivery?.cuts).toBeGreaterThanOrEqual(100);
  expect(delivery?.recovered.count).toBeGreaterThan(0);
});
