import type { Socket } from 'socket.io-client';
import type { ManualClock } from '../support/manual-clock';

/** What Socket.IO's client keeps to itself. */
interface Emitting {
  _callbacks?: Record<string, unknown[]>;
}

interface Internals {
  acks: object;
  subs?: unknown[];
  _anyListeners?: unknown[];
  io: { subs: unknown[]; nsps: object; engine: Emitting & { transport?: Emitting } };
}

function listenersOf(source: object | undefined): number {
  return Object.values((source as Emitting | undefined)?._callbacks ?? {}).flat().length;
}

/** All that one client holds on to, in numbers: listeners, acks that are waited for, timers. */
export function holdings(socket: Socket, clock: ManualClock): Record<string, number> {
  const { acks, subs, _anyListeners, io } = socket as unknown as Internals;
  return {
    acks: Object.keys(acks).length,
    waiting: socket.sendBuffer.length + socket.receiveBuffer.length,
    'listeners of the socket': listenersOf(socket) + (_anyListeners?.length ?? 0) + (subs?.length ?? 0),
    'listeners of the manager': listenersOf(io) + io.subs.length,
    'listeners of the engine': listenersOf(io.engine) + listenersOf(io.engine.transport),
    namespaces: Object.keys(io.nsps).length,
    timers: clock.pending,
  };
}
