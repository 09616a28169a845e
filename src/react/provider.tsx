import type { ReactNode } from 'react';
import type { AnyRealtime } from '../bindings/room';
import { type AnyEvents, RealtimeError, type RealtimeOptions, type ToporiaRealtime } from '../index';
import { RealtimeContext } from './context';
import { useOwnClient } from './own-client';

export type RealtimeProviderProps<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
> = { children?: ReactNode } & (
  | {
      /** A client of the application's own, which connects it and ends it. */
      client: ToporiaRealtime<FromServer, ToServer>;
      url?: undefined;
      options?: undefined;
    }
  | {
      client?: undefined;
      /** The gateway's address; its path is the namespace. Another address makes another client. */
      url: string;
      /** Read when the client is made; `auth` and what authorizes rooms are those of the last render. */
      options?: RealtimeOptions | undefined;
    }
);

/**
 * Gives the components inside a client: the one that it is given, or one of its own that is connected for as long as it is
 * shown.
 */
export function RealtimeProvider<FromServer extends object = AnyEvents, ToServer extends object = AnyEvents>({
  client,
  url,
  options,
  children,
}: RealtimeProviderProps<FromServer, ToServer>): ReactNode {
  const realtime: AnyRealtime | undefined = useOwnClient(url, options) ?? client;
  if (!realtime || (client && url !== undefined)) {
    throw new RealtimeError('invalid_argument', 'RealtimeProvider takes either a url or a client');
  }
  return <RealtimeContext.Provider value={realtime}>{children}</RealtimeContext.Provider>;
}
