import type { ManagerOptions, Manager as SocketIoManager } from 'socket.io-client';
import { RealtimeError } from './errors';

/** Stands in for `socket.io-client` in the slim UMD build: takes the `io` of a socket.io script tag when it is needed. */
export const Manager = function createManager(uri: string, options: Partial<ManagerOptions>) {
  const { io } = globalThis as { io?: { Manager?: typeof SocketIoManager } };
  if (!io?.Manager) {
    throw new RealtimeError(
      'invalid_argument',
      'This build of Toporia Realtime needs Socket.IO 4: load socket.io.min.js in a <script> before it, or use toporia-realtime.umd.min.js, which has it inside.',
    );
  }
  return new io.Manager(uri, options);
} as unknown as typeof SocketIoManager;
