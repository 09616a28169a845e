import type { ConnectionState } from './connection-state';
import type { Deadlines } from './deadlines';
import { RealtimeError } from './errors';
import type { WaitOptions } from './options';
import { closed } from './requests';

/** The client that is waited for. */
interface Client {
  readonly state: ConnectionState;
  readonly _deadlines: Deadlines;
  readonly _connection: { readonly _reason: string | undefined };
}

/** Calls of `ready()` that wait for the connection. */
export class Readiness {
  private readonly _checks = new Set<() => void>();

  constructor(private readonly _client: Client) {}

  _wait(options: WaitOptions | undefined): Promise<void> {
    return this._client._deadlines._wait('ready()', options, (done) => {
      const check = () => {
        const { state, _connection: connection } = this._client;
        if (state === 'connected') done();
        else if (state === 'closed') done(closed('ready()'));
        else if (state === 'failed') {
          const text = `Gave up: ${connection._reason}; call reconnect()`;
          done(new RealtimeError('connect_failed', text));
        }
      };
      check();
      this._checks.add(check);
      return () => this._checks.delete(check);
    });
  }

  /** The state has changed. */
  _check(): void {
    for (const check of this._checks) check();
  }
}
