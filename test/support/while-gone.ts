import type { TestGateway } from '../../gateway/src/testing';
import type { ToporiaRealtime } from '../../src';
import { cut, next } from './realtime-pair';

/** Cuts the connection, does something while it is gone, and waits until everything is back. */
export async function whileGone(
  gateway: TestGateway,
  realtime: ToporiaRealtime,
  act: () => unknown,
): Promise<void> {
  const lost = next(realtime, 'disconnected');
  const back = next(realtime, 'reconnected');
  cut(gateway, realtime);
  await act();
  await lost;
  await back;
}
