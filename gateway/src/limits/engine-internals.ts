import type { ServerResponse } from 'node:http';
import type { Engine } from '../capacity';

// What Engine.IO and ws keep for themselves, and offer no other way to. Tests tell when a version of them changes that.

/** A packet of Engine.IO, as its events give it. */
export interface EnginePacket {
  readonly type: string;
  readonly data?: unknown;
}

interface TransportInternals {
  readonly writable: boolean;
  /** Of WebSocket: the socket of `ws`. */
  readonly socket?: { readonly bufferedAmount: number; readonly readyState: number; terminate(): void };
  /** Of polling: the answer to the poll that is open. */
  readonly res?: ServerResponse | null;
  /** Of polling: ms that its end waits for the next poll. */
  closeTimeout?: number;
}

const CLOSED = 3;

const transportOf = (engine: Engine) => engine.transport as unknown as TransportInternals;

const EVENT = '2'.charCodeAt(0);
const BINARY_EVENT = '5'.charCodeAt(0);

/** Whether a packet is an event of Socket.IO; acknowledgements, attachments and the protocol's own packets are none. */
export function isEvent({ type, data }: EnginePacket): boolean {
  if (type !== 'message' || typeof data !== 'string') return false;
  const kind = data.charCodeAt(0);
  return kind === EVENT || kind === BINARY_EVENT;
}

/** Whether a packet would go out at once. */
export function isWritable(engine: Engine): boolean {
  return transportOf(engine).writable;
}

/** Bytes that were given to a WebSocket and that the system has not taken yet. */
export function unsentBytes(engine: Engine): number {
  return transportOf(engine).socket?.bufferedAmount ?? 0;
}

/** The answer that the next packets of a polling connection go out with. */
export function openResponse(engine: Engine): ServerResponse | undefined {
  return transportOf(engine).res ?? undefined;
}

/** What ends the TCP connection of a WebSocket without a word and frees what waits for it; nothing where there is none. */
export function terminator(engine: Engine): (() => void) | undefined {
  const { socket } = transportOf(engine);
  return socket && socket.readyState !== CLOSED ? () => socket.terminate() : undefined;
}

/** Says how long, in ms, the end of a polling connection waits for the next poll, to be told by it. */
export function setCloseTimeout(engine: Engine, ms: number): void {
  const transport = transportOf(engine);
  if (transport.closeTimeout !== undefined) transport.closeTimeout = ms;
}

/** Forgets what waits to be sent. */
export function clearQueue(engine: Engine): void {
  (engine as unknown as { writeBuffer: EnginePacket[] }).writeBuffer.length = 0;
}

/** What a packet is at most on the wire, in bytes, without a look at its text. */
export function mostOf(packet: EnginePacket): number {
  return typeof packet.data === 'string' ? 1 + 3 * packet.data.length : sizeOf(packet);
}

/** The size of a packet on the wire, in bytes, so nearly that the difference doesn't matter. */
export function sizeOf({ data }: EnginePacket): number {
  if (typeof data === 'string') return 1 + Buffer.byteLength(data);
  return 1 + (ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : 0);
}
