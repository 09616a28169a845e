import { useEffect, useState } from 'react';
import { createClient, holdClient } from '../bindings/client';
import type { RealtimeOptions, ToporiaRealtime } from '../index';
import { useLatest } from './latest';

type Latest = { readonly current: RealtimeOptions };

/** A client for the address, connected for as long as the component is shown. Another address makes another client. */
export function useOwnClient(
  url: string | undefined,
  options: RealtimeOptions = {},
): ToporiaRealtime | undefined {
  const latest = useLatest(options);
  const begin = () => ({ url, client: url === undefined ? undefined : create(url, options, latest) });
  const [kept, keep] = useState(begin);
  let { client } = kept;
  if (kept.url !== url) {
    const next = begin();
    keep(next);
    client = next.client;
  }
  useEffect(() => client && holdClient(client), [client]);
  return client;
}

/** Connected by an effect alone, since React may render what it never shows. */
function create(url: string, options: RealtimeOptions, latest: Latest): ToporiaRealtime {
  return createClient(url, { ...options, ...following(options, latest) });
}

/** The options that may be other ones at each render, looked up whenever the client asks for them. */
function following({ authorizer }: RealtimeOptions, latest: Latest): RealtimeOptions {
  return {
    auth: () => {
      const { auth } = latest.current;
      if (typeof auth !== 'function') return auth;
      return auth.length ? new Promise(auth as (resolve: unknown) => void) : auth();
    },
    bearerToken: async () => (await read(latest.current.bearerToken)) ?? '',
    authHeaders: async () => (await read(latest.current.authHeaders)) ?? {},
    ...(authorizer && {
      authorizer: (rooms, socketId) => (latest.current.authorizer ?? authorizer)(rooms, socketId),
    }),
  };
}

function read<T extends string | object>(given: T | (() => T | Promise<T>) | undefined) {
  return typeof given === 'function' ? given() : given;
}
