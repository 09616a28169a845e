import type { Socket } from 'socket.io';
import { isEvent } from './engine-internals';

/** Bytes that the system takes at once from who keeps up. What is larger goes the engine's way, where it is counted. */
const MOST = 16_384;

const OPEN = 1;

type Client = Socket['client'];

interface BroadcastOptions {
  /** What Socket.IO has made of a broadcast, once for all receivers: head and body of a frame, or the whole. */
  wsPreEncodedFrame?: Buffer[];
}

type Write = (packets: readonly unknown[], options: BroadcastOptions) => void;

interface ClientInternals {
  readonly conn: {
    readonly readyState: string;
    readonly writeBuffer: readonly unknown[];
    readonly transport: {
      readonly name: string;
      readonly writable: boolean;
      readonly perMessageDeflate: unknown;
      readonly socket?: {
        readonly readyState: number;
        readonly _socket?: { readonly writableLength: number; write(frame: Buffer): boolean } | null;
      };
    };
    listenerCount(event: string): number;
  };
  writeToEngine: Write;
}

/**
 * From now on a broadcast goes to a client's TCP connection at once where nothing waits for the client, past the queues
 * of Engine.IO and ws, which cost more than all else that the gateway does for a receiver. Whatever is not so simple goes
 * its usual way: polling, compression, what is large or binary, a client that is slow, a listener for each packet.
 */
export function writeFramesDirectly(client: Client, counts: { sent: number }): void {
  if (Object.hasOwn(client, 'writeToEngine')) return;
  const internals = client as unknown as ClientInternals;
  const write = internals.writeToEngine;
  internals.writeToEngine = (packets, options) => {
    const frame = smallFrameOf(options);
    const connection = frame && freeConnection(internals);
    if (!connection) {
      write.call(client, packets, options);
      return;
    }
    connection.write(frame);
    if (isEvent({ type: 'message', data: packets[0] })) counts.sent += 1;
  };
}

function smallFrameOf(options: BroadcastOptions): Buffer | undefined {
  const parts = options.wsPreEncodedFrame;
  const [head, body] = parts ?? [];
  if (!head || head.length + (body?.length ?? 0) > MOST) return undefined;
  if (!body) return head;
  const frame = Buffer.concat([head, body]);
  // Its other receivers have the same options.
  options.wsPreEncodedFrame = [frame];
  return frame;
}

/** The TCP connection of a WebSocket which has taken all that there was for the client. */
function freeConnection({ conn }: ClientInternals) {
  const { transport } = conn;
  if (transport.name !== 'websocket' || !transport.writable || transport.perMessageDeflate) return undefined;
  // The one listener is ours, which counts.
  if (conn.readyState !== 'open' || conn.writeBuffer.length > 0 || conn.listenerCount('packetCreate') > 1)
    return undefined;
  const { socket } = transport;
  return socket?.readyState === OPEN && socket._socket?.writableLength === 0 ? socket._socket : undefined;
}
