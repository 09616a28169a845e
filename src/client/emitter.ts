import { RealtimeError } from './errors';

export type Listener = (...args: never[]) => unknown;

/** Ends the subscription that returned it. */
export type Unsubscribe = () => void;

/** Calls listeners one by one; one that fails stops neither the others nor the caller. */
export class Emitter {
  readonly _listeners = new Map<string, Map<Listener, boolean>>();

  constructor(private readonly _failed: (error: RealtimeError, event: string) => void) {}

  /** A function that listens already is not added again. */
  _on(event: string, listener: Listener, once = false): Unsubscribe {
    if (typeof listener !== 'function') {
      throw new RealtimeError('invalid_argument', `The handler of "${event}" must be a function`);
    }
    let listeners = this._listeners.get(event);
    if (!listeners) {
      listeners = new Map();
      this._listeners.set(event, listeners);
    }
    listeners.set(listener, once && listeners.get(listener) !== false);
    return () => this._off(event, listener);
  }

  /** Removes one listener of the event, or all of them. */
  _off(event: string, listener?: Listener): void {
    const listeners = this._listeners.get(event);
    if (listener) listeners?.delete(listener);
    if (!listener || !listeners?.size) this._listeners.delete(event);
  }

  /** Returns whether anyone listens. */
  _emit(event: string, ...args: unknown[]): boolean {
    const listeners = this._listeners.get(event);
    if (!listeners) return false;
    for (const [listener, once] of [...listeners]) {
      if (!listeners.has(listener)) continue;
      if (once) this._off(event, listener);
      try {
        const result = (listener as (...args: unknown[]) => unknown)(...args);
        if (result instanceof Promise) result.catch((error) => this._report(event, error));
      } catch (error) {
        this._report(event, error);
      }
    }
    return true;
  }

  private _report(event: string, cause: unknown): void {
    this._failed(
      new RealtimeError(
        'handler_failed',
        `A handler of "${event}" failed: ${(cause as Error)?.message ?? cause}`,
        cause,
      ),
      event,
    );
  }
}
