import { Emitter, type Listener, type Unsubscribe } from './emitter';
import type { DataOf, EventHandler, EventName } from './event-types';

/** What a client and a room have in common: events of their own (`Own`), and those that the server sends. */
export class EventSource<Own extends object, FromServer extends object> extends Emitter {
  /** Vue would keep a plain object's proxy in `data()`, through which nothing is the same object as before. */
  get [Symbol.toStringTag](): string {
    return 'Realtime';
  }

  /** Hears one of its own events, or one of the server's. The same function is never called twice for one event. */
  on<E extends EventName<Own>>(event: E, handler: (event: Own[E]) => unknown): Unsubscribe;
  on<E extends EventName<FromServer>>(event: E, handler: EventHandler<DataOf<FromServer, E>>): Unsubscribe;
  on(event: string, handler: Listener): Unsubscribe {
    return this._on(event, handler);
  }

  /** Hears the next one only. */
  once<E extends EventName<Own>>(event: E, handler: (event: Own[E]) => unknown): Unsubscribe;
  once<E extends EventName<FromServer>>(event: E, handler: EventHandler<DataOf<FromServer, E>>): Unsubscribe;
  once(event: string, handler: Listener): Unsubscribe {
    return this._on(event, handler, true);
  }

  /** Removes one handler of the event, or all of them. */
  off(event: EventName<FromServer> | EventName<Own>, handler?: Listener): this {
    this._off(event, handler);
    return this;
  }
}
