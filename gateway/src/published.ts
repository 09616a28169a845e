import type { Published } from './api';

const DONE = Promise.resolve();

/** What a program is told of what it has published. */
export class PublishedMessage implements Published {
  // No field of its own: as an acknowledgement it is just the id.
  readonly #sent: Promise<void>;

  constructor(
    readonly id: string,
    sent: Promise<void> = DONE,
  ) {
    this.#sent = sent;
    // Who does not look at it need not handle that it failed.
    sent.catch(() => {});
  }

  get sent(): Promise<void> {
    return this.#sent;
  }
}
