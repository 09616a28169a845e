import { type ReactNode, useEffect, useState } from 'react';
import { holdClient } from '../bindings/client';
import type { AnyRealtime } from '../bindings/room';
import { type RealtimeOptions, ToporiaRealtime } from '../index';
import { RealtimeContext } from './context';
import { useLatest } from './latest';

export type RealtimeProviderProps = { children?: ReactNode } & (
  | {
      /** A client of the application's own, which connects it and ends it. */
      client: AnyRealtime;
      url?: undefined;
      options?: undefined;
    }
  | {
      client?: undefined;
      /** The gateway's address; its path is the namespace. Another address makes another client. */
      url: string;
      /** Read when the client is made; `auth` and the functions among them are those of the last render. */
      options?: RealtimeOptions;
    }
);

/** Gives the components inside a client: the one that it is given, or one of its own that lives as long as it is shown. */
export function RealtimeProvider({ client, url, options, children }: RealtimeProviderProps): ReactNode {
  if (client) return <RealtimeContext.Provider value={client}>{children}</RealtimeContext.Provider>;
  return (
    <OwnClient key={url} url={url} options={options}>
      {children}
    </OwnClient>
  );
}

interface OwnClientProps {
  url: string;
  options: RealtimeOptions | undefined;
  children: ReactNode;
}

function OwnClient({ url, options = {}, children }: OwnClientProps): ReactNode {
  const latest = useLatest(options);
  // Connected by the effect alone, since React may render what it never shows.
  const [client] = useState(
    () => new ToporiaRealtime(url, { ...following(latest, options), autoConnect: false }),
  );
  useEffect(() => holdClient(client), [client]);
  return <RealtimeContext.Provider value={client}>{children}</RealtimeContext.Provider>;
}

/** Options whose credentials and functions are looked up when they are needed. */
function following(latest: { readonly current: RealtimeOptions }, options: RealtimeOptions): RealtimeOptions {
  const followed: Record<string, unknown> = { ...options };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'function') continue;
    followed[name] = (...args: unknown[]) => {
      const { [name as 'authorizer']: now = value } = latest.current;
      return (now as (...args: unknown[]) => unknown)(...args);
    };
  }
  followed.auth = () => {
    const { auth } = latest.current;
    return typeof auth === 'function' ? auth() : auth;
  };
  return followed as RealtimeOptions;
}
