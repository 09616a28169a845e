// What a client of the bench has instead of a network card: an HTTP agent through which all its connections go. So each
// contender is cut off in the same way, at the TCP connection, and nothing stands between client and server.
import { Agent } from 'node:http';
import { connect, Socket } from 'node:net';

export class Network extends Agent {
  #tcp;
  #isOffline = false;
  #onAttempt;

  /** `onAttempt` hears of every try to connect, a vain one too. */
  constructor(onAttempt = () => {}) {
    super({ keepAlive: false });
    this.#onAttempt = onAttempt;
  }

  createConnection({ host, port }) {
    this.#onAttempt();
    if (!this.#isOffline) {
      this.#tcp = connect({ host, port, noDelay: true });
      return this.#tcp;
    }
    const unreachable = Object.assign(new Error('the network is unreachable'), { code: 'ENETUNREACH' });
    const socket = new Socket();
    // Once somebody listens.
    process.nextTick(() => socket.destroy(unreachable));
    return socket;
  }

  /** Cuts the connection without a word, and lets none through for so many ms. */
  cut(ms) {
    this.#isOffline = true;
    this.#tcp?.destroy();
    setTimeout(() => {
      this.#isOffline = false;
    }, ms).unref();
  }
}
