import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { encode } from './packets';

/** One client in one namespace. */
export class Member {
  readonly id = randomUUID();
  /** Rooms, each with who the client is there, where it came by `subscribe` to a room with presence. */
  readonly rooms = new Map<string, { user_id: unknown; user_info: unknown } | undefined>();

  constructor(
    readonly namespace: string,
    private readonly socket: WebSocket,
  ) {
    socket.send(encode.connected(namespace, this.id));
  }

  emit(event: string, data: unknown): void {
    this.socket.send(encode.event(this.namespace, event, data));
  }

  ack(id: string | undefined, reply: unknown): void {
    if (id !== undefined) this.socket.send(encode.ack(this.namespace, id, reply));
  }

  /** Ends it as `Socket::disconnect()` does. */
  expel(): void {
    this.socket.send(encode.disconnected(this.namespace));
  }
}
