import type { Emitter } from './emitter';
import type { Logger } from './options';

/** Handlers that are added in `connected` and never removed multiply; says so once it is certain. */
export class HandlerGrowth {
  private _last = 0;
  private _times = 0;

  /** To be called at each connection. */
  _check({ _listeners }: Emitter, logger: Logger | undefined): void {
    let size = 0;
    for (const { length } of _listeners.values()) size += length;
    this._times = size > this._last ? this._times + 1 : 0;
    this._last = size;
    if (this._times === 4) {
      logger?.warn(`More handlers at each connect, now ${size}: register them outside of "connected"`);
    }
  }
}
