import type { io as connect } from 'socket.io-client';
import { RealtimeError } from './errors';

/** Stands in for `socket.io-client` in the slim UMD build: takes the `io` of a socket.io script tag when it is needed. */
export const io = ((...args: Parameters<typeof connect>) => {
  const { io } = globalThis as { io?: typeof connect };
  if (typeof io !== 'function') {
    throw new RealtimeError(
      'invalid_argument',
      'This build of Toporia Realtime needs Socket.IO 4: load socket.io.min.js in a <script> before it, or use toporia-realtime.umd.min.js, which has it inside.',
    );
  }
  return io(...args);
}) as typeof connect;
