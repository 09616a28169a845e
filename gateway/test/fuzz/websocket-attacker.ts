import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import WebSocket from 'ws';
import { barrier, guarded, leaks } from './answers';
import type { Frame } from './hostile-frames';

const PATH = '/socket.io/?EIO=4&transport=websocket';

/** A WebSocket that speaks Engine.IO and Socket.IO only as far as it must to be let in. */
class RawSocket {
  readonly #socket: WebSocket;
  readonly #ended: Promise<void>;
  #closed = false;
  #heard = '';
  #wake = () => {};

  constructor(url: string, query = '') {
    this.#socket = new WebSocket(url.replace('http', 'ws') + PATH + query);
    this.#socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#heard += `${data}\n`;
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#closed = true;
        this.#wake();
        resolve();
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  opened(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('open', resolve);
      this.#socket.once('close', () => resolve());
    });
  }

  send(frame: Frame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** Resolves with all that came until an answer, or until the end of the connection. */
  async until(answer: string): Promise<string> {
    while (!this.#closed && !this.#heard.includes(answer)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const heard = this.#heard;
    this.#heard = '';
    return heard;
  }

  /** Resolves when what was sent has been read, by the ping of WebSocket itself. */
  async taken(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const ponged = once(this.#socket, 'pong');
    this.#socket.ping();
    await Promise.race([ponged, this.#ended]);
  }

  async end(): Promise<void> {
    if (this.#closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.terminate();
    await closed;
  }
}

const describe = (frame: Frame) => JSON.stringify(String(frame).slice(0, 300));

async function connected(url: string): Promise<RawSocket> {
  const socket = new RawSocket(url);
  await socket.until('0{');
  socket.send('40');
  await socket.until('40{');
  return socket;
}

/** Sends each frame on a connection that is open, a new one where the last frame ended it. Gives what was wrong. */
export async function attackByWebSocket(url: string, frames: readonly Frame[]): Promise<string[]> {
  const problems: string[] = [];
  let socket = await guarded(connected(url), 'a WebSocket handshake');
  for (const frame of frames) {
    if (socket.closed) socket = await guarded(connected(url), 'a WebSocket handshake');
    const { question, answer } = barrier();
    socket.send(frame);
    // Apart from the frame: an event that comes in the very tick in which a frame ends its socket is not answered.
    await guarded(socket.taken(), describe(frame));
    socket.send(question);
    const heard = await guarded(socket.until(answer), describe(frame));
    if (leaks(heard)) problems.push(`an answer tells of the insides: ${heard.slice(0, 500)}`);
  }
  await socket.end();
  return problems;
}

/** Tries to take over a polling session by a WebSocket that sends anything but what an upgrade consists of. */
export async function attackUpgrade(url: string, sid: string, frames: readonly Frame[]): Promise<void> {
  const socket = new RawSocket(url, `&sid=${encodeURIComponent(sid)}`);
  await socket.opened();
  for (const frame of frames) socket.send(frame);
  await socket.end();
}

const UPGRADE = [
  `GET ${PATH} HTTP/1.1`,
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

/** Follows a right WebSocket handshake by bytes that are no frames of a WebSocket. */
export async function attackBelowWebSocket(url: string, chunks: readonly Uint8Array[]): Promise<void> {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write(UPGRADE);
  await guarded(Promise.race([once(socket, 'data'), closed]), 'an upgrade');
  for (const chunk of chunks) socket.write(chunk);
  socket.resume().end();
  await guarded(closed, 'the end of a connection');
}
