import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { WebSocket as MockWebSocket } from 'mock-socket';
import type { RealtimeOptions, ToporiaRealtime } from '../../src/index';
import { ManualClock } from '../support/manual-clock';

const SCRIPT = join(import.meta.dirname, '../../dist/toporia-realtime.umd.min.js');

/** Loads the built SDK as a page's script tag does, over a WebSocket that never reaches a network. */
export function loadPage(): typeof ToporiaRealtime {
  Object.assign(globalThis, { WebSocket: MockWebSocket });
  runInThisContext(readFileSync(SCRIPT, 'utf8'), SCRIPT);
  return (globalThis as unknown as { ToporiaRealtime: typeof ToporiaRealtime }).ToporiaRealtime;
}

export interface Page {
  realtime: ToporiaRealtime;
  clock: ManualClock;
}

const open = new Set<ToporiaRealtime>();

/** A client in the page, whose time is the test's. */
export function createClient(Client: typeof ToporiaRealtime, url: string, options?: RealtimeOptions): Page {
  const clock = new ManualClock();
  const realtime = new Client(url, { transports: ['websocket'], clock, ...options });
  open.add(realtime);
  return { realtime, clock };
}

export function closeClients(): void {
  for (const realtime of open) realtime.disconnect();
  open.clear();
}
