import { createContext, useContext } from 'react';
import type { AnyRealtime } from '../bindings/room';
import { type AnyEvents, RealtimeError, type ToporiaRealtime } from '../index';

export const RealtimeContext = createContext<AnyRealtime | undefined>(undefined);

/**
 * The client of the nearest `RealtimeProvider`.
 * @throws RealtimeError `invalid_argument` outside of one.
 */
export function useRealtime<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
>(): ToporiaRealtime<FromServer, ToServer> {
  const realtime = useContext(RealtimeContext);
  if (!realtime) {
    throw new RealtimeError(
      'invalid_argument',
      'There is no client here: put <RealtimeProvider url="…"> around this component',
    );
  }
  return realtime;
}
