import { describe, it } from 'vitest';
import { reconnectWithoutLeak, useWithoutLeak } from './reconnects';

describe('a client that is cut off and comes back, very often', () => {
  it('holds no more listeners, acks and timers after 10,000 times', async () => {
    await reconnectWithoutLeak(10_000);
  });

  it('holds no more after 2,000 rooms, requests, streams and typists that ended in every way', async () => {
    await useWithoutLeak(2_000);
  });
});
