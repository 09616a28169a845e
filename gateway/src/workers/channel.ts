import type { Socket } from 'node:net';
import type { Handed } from './messages';

/** The other process, as `process` and a child process both are. */
export interface OtherProcess {
  readonly connected?: boolean;
  send?(
    message: unknown,
    handle: Socket | undefined,
    options: { keepOpen?: boolean },
    callback: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown, handle: unknown) => void): unknown;
}

/** Beyond so many bytes that wait, whoever should read them is taken for stuck. */
const MOST_WAITING = 256 * 1024 * 1024;

/**
 * Messages between a worker and its primary, in order. Those of one turn of the event loop go out as one, since each by itself
 * costs some ten times as much.
 */
export class Channel<Out, In> {
  readonly #other: OtherProcess;
  #outbox: Out[] = [];
  #size = 0;
  #waiting = 0;
  #flushing: NodeJS.Immediate | undefined;
  /** The other side does not read what it is sent. */
  onStuck: () => void = () => {};

  constructor(
    other: OtherProcess,
    heard: (message: In) => void,
    handed: (message: Handed, socket: Socket | undefined) => void,
  ) {
    this.#other = other;
    other.on('message', (message, handle) => {
      if (!isOurs(message)) return;
      if (message.toporiaHanded) handed(message.toporiaHanded, handle as Socket | undefined);
      else for (const each of message.toporia as In[]) heard(each);
    });
  }

  /** `size`: bytes, nearly. */
  post(message: Out, size = 100): void {
    this.#outbox.push(message);
    this.#size += size;
    this.#flushing ??= setImmediate(() => this.flush());
  }

  /** Sends at once what waits for the end of the turn. */
  flush(done: () => void = () => {}): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const messages = this.#outbox;
    const size = this.#size;
    this.#outbox = [];
    this.#size = 0;
    if (messages.length === 0 || !this.#other.connected) {
      done();
      return;
    }
    this.#waiting += size;
    this.#send({ toporia: messages }, undefined, {}, () => {
      this.#waiting -= size;
      done();
    });
    if (this.#waiting > MOST_WAITING) this.onStuck();
  }

  /** Sends a message by itself, since it may hold what can't be sent. Then it is not. */
  alone(message: Out): void {
    this.flush();
    this.#send({ toporia: [message] }, undefined, {}, () => {});
  }

  /** Gives a connection to the other process, after all that was posted. With `keepOpen` it stays open in this one too. */
  hand(
    message: Handed,
    socket: Socket,
    keepOpen: boolean,
    done: (error: Error | null) => void = () => {},
  ): void {
    this.flush();
    // Or Node would have the other process count it for that server, which waits for its count when it closes.
    (socket as { server?: unknown }).server = undefined;
    this.#send({ toporiaHanded: message }, socket, { keepOpen }, done);
  }

  #send(
    message: unknown,
    socket: Socket | undefined,
    options: { keepOpen?: boolean },
    done: (error: Error | null) => void,
  ): void {
    try {
      this.#other.send?.(message, socket, options, done);
    } catch (error) {
      done(error as Error);
    }
  }
}

function isOurs(message: unknown): message is { toporia?: unknown[]; toporiaHanded?: Handed } {
  return (
    typeof message === 'object' && message !== null && ('toporia' in message || 'toporiaHanded' in message)
  );
}
