import { io, type Socket } from 'socket.io-client';
import { CROWD } from './crowd';
import type { GatewayNode } from './gateway-node';
import { credentials } from './signing';

/** A user on one node who does not come back. */
export class Ghost implements AsyncDisposable {
  private constructor(
    readonly name: string,
    private readonly socket: Socket,
  ) {}

  static async enter(name: string, node: GatewayNode): Promise<Ghost> {
    const socket = io(node.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const reply = await socket.emitWithAck('join', {
      room: CROWD,
      ...credentials(name, CROWD, socket.id as string),
    });
    if (reply.error) throw new Error(reply.error.message);
    return new Ghost(name, socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.disconnect();
  }
}
