/**
 * - `idle`: not asked to connect yet (`autoConnect: false`)
 * - `connecting`: the first try
 * - `connected`
 * - `reconnecting`: waiting for the next try, or trying
 * - `failed`: gave up, until `connect()` or `reconnect()`
 * - `closed`: by `disconnect()`
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed' | 'closed';

export type ConnectionInput = 'connect' | 'open' | 'drop' | 'give_up' | 'close';

const TRANSITIONS: Record<ConnectionState, Partial<Record<ConnectionInput, ConnectionState>>> = {
  idle: { connect: 'connecting', close: 'closed' },
  connecting: { open: 'connected', drop: 'reconnecting', give_up: 'failed', close: 'closed' },
  connected: { drop: 'reconnecting', give_up: 'failed', close: 'closed' },
  reconnecting: { open: 'connected', give_up: 'failed', close: 'closed' },
  failed: { connect: 'connecting', close: 'closed' },
  closed: { connect: 'connecting' },
};

/** The state that follows, or the same one where the input changes nothing. */
export function nextState(state: ConnectionState, input: ConnectionInput): ConnectionState {
  return TRANSITIONS[state][input] ?? state;
}
