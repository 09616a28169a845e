import { it } from 'vitest';
import { heapStaysFlat } from './heap';

it('the heap stays flat over 500 reconnects, rooms and requests, and no timer is left', {
  timeout: 120_000,
}, async () => {
  await heapStaysFlat(500);
});
