import { hasInjectionContext, type InjectionKey, inject } from 'vue';
import type { AnyRealtime } from '../bindings/room';
import { type AnyEvents, RealtimeError, type ToporiaRealtime } from '../index';

export const REALTIME: InjectionKey<AnyRealtime> = Symbol('toporia-realtime');

/**
 * The client that the plugin gave to the application.
 * @throws RealtimeError `invalid_argument` without the plugin, and outside of `setup()`.
 */
export function useRealtime<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
>(): ToporiaRealtime<FromServer, ToServer> {
  if (!hasInjectionContext()) {
    throw new RealtimeError(
      'invalid_argument',
      'There is no application here: call this in setup(), in a store, or in app.runWithContext()',
    );
  }
  const realtime = inject(REALTIME, undefined);
  if (!realtime) {
    throw new RealtimeError(
      'invalid_argument',
      'There is no client here: call app.use(createRealtime(url)) before app.mount()',
    );
  }
  return realtime;
}
