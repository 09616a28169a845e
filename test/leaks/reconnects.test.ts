import { describe, it } from 'vitest';
import { reconnectWithoutLeak, useWithoutLeak } from './reconnects';

describe('a client that is cut off and comes back, again and again', () => {
  it('holds no more listeners, acks and timers after 1,000 times', { timeout: 120_000 }, async () => {
    await reconnectWithoutLeak(1_000);
  });

  it('holds no more after 100 rooms, requests, streams and typists that ended in every way', async () => {
    await useWithoutLeak(100);
  });
});
