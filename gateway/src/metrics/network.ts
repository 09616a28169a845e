import type { Server as HttpServer } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';

/** Bytes that came and went over all TCP connections of a server. The system counts them; this only asks. */
export class Network {
  readonly #open = new Set<TcpSocket>();
  #received = 0;
  #sent = 0;

  watch(server: HttpServer): void {
    server.on('connection', (socket: TcpSocket) => {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#received += socket.bytesRead;
        this.#sent += socket.bytesWritten;
      });
    });
  }

  /** In bytes. */
  totals(): { received: number; sent: number } {
    let [received, sent] = [this.#received, this.#sent];
    for (const socket of this.#open) {
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    }
    return { received, sent };
  }
}
