import { isRecord, TOKEN_EXPIRING } from '../protocol';
import { errorIn, type RealtimeError, toRealtimeError } from './errors';
import type { RealtimeOptions } from './options';
import type { Requests } from './requests';
import { credentials } from './socket';

/** What is needed of the client. */
export interface TokenHolder {
  readonly _options: RealtimeOptions;
  readonly _requests: Requests;
  isConnected(): boolean;
  reconnect(): unknown;
  _report(error: RealtimeError): void;
}

/** Does what the gateway's words on the token ask for, where the application has a function that gives a fresh one. */
export function heedToken(client: TokenHolder, event: string, data: unknown): void {
  if (typeof client._options.auth !== 'function') return;
  if (event === TOKEN_EXPIRING) renew(client);
  // With the token every right has ended: a new connection asks for a fresh one, and joins all rooms again.
  else if (event === 'auth_error' && isRecord(data) && data.code === 'token_expired') client.reconnect();
}

/** Over the same connection, so that nothing is interrupted. */
async function renew(client: TokenHolder): Promise<void> {
  try {
    const { token, guard } = await credentials(client._options.auth);
    if (client.isConnected()) authenticate(client, { token, guard });
  } catch (error) {
    client._report(toRealtimeError(error, 'unauthorized'));
  }
}

/** Tells the gateway who is at this end of a connection that is open. */
export function authenticate(
  client: TokenHolder,
  { token, guard }: { token?: unknown; guard?: unknown },
): void {
  client._requests._request('auth', [{ token, guard }], (error, reply) => {
    const failure = error ?? errorIn(reply);
    if (failure && failure.code !== 'connection_lost') client._report(failure);
  });
}
