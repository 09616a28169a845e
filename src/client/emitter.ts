import { RealtimeError } from './errors';

export type Listener = (...args: never[]) => unknown;

/** Ends the subscription that returned it. */
export type Unsubscribe = () => void;

interface Entry {
  readonly _listener: Listener;
  _once: boolean;
  _isGone?: boolean;
}

/** Calls listeners one by one; one that fails stops neither the others nor the caller. */
export class Emitter {
  /** The lists are replaced, never changed, since one may be on its way through the listeners. */
  readonly _listeners = new Map<string, readonly Entry[]>();

  constructor(private readonly _onFailure: (error: RealtimeError, event: string) => void) {}

  /** A function that listens already is not added again. */
  _on(event: string, listener: Listener, once = false): Unsubscribe {
    if (typeof listener !== 'function') {
      throw new RealtimeError('invalid_argument', `A handler of "${event}" is no function`);
    }
    const entries = this._listeners.get(event) ?? [];
    const known = entries.find(({ _listener }) => _listener === listener);
    if (known) known._once &&= once;
    else this._listeners.set(event, [...entries, { _listener: listener, _once: once }]);
    return () => this._off(event, listener);
  }

  /** Removes one listener of the event, or all of them. */
  _off(event: string, listener?: Listener): void {
    const kept = this._listeners.get(event)?.filter((entry) => {
      entry._isGone ||= !listener || entry._listener === listener;
      return !entry._isGone;
    });
    if (kept?.length) this._listeners.set(event, kept);
    else this._listeners.delete(event);
  }

  /** Returns whether anyone listens. */
  _emit(event: string, ...args: unknown[]): boolean {
    const entries = this._listeners.get(event);
    if (!entries) return false;
    for (const { _listener: listener, _once: once, _isGone: isGone } of entries) {
      if (isGone) continue;
      if (once) this._off(event, listener);
      try {
        const result = (listener as (...args: unknown[]) => unknown)(...args);
        if (result instanceof Promise) result.catch((error) => this._caught(event, error));
      } catch (error) {
        this._caught(event, error);
      }
    }
    return true;
  }

  private _caught(event: string, cause: unknown): void {
    this._onFailure(
      new RealtimeError(
        'handler_failed',
        `A handler of "${event}" failed: ${(cause as Error)?.message ?? cause}`,
        cause,
      ),
      event,
    );
  }
}
