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

/** For each input, the states in which it counts and the state that follows. */
const TRANSITIONS: Record<ConnectionInput, [from: RegExp, to: ConnectionState]> = {
  connect: [/^(idle|failed|closed)$/, 'connecting'],
  open: [/^(connecting|reconnecting)$/, 'connected'],
  drop: [/^(connecting|connected)$/, 'reconnecting'],
  give_up: [/^(connecting|connected|reconnecting)$/, 'failed'],
  close: [/./, 'closed'],
};

/** The state that follows, or the same one where the input changes nothing. */
export function nextState(state: ConnectionState, input: ConnectionInput): ConnectionState {
  const [from, to] = TRANSITIONS[input];
  return from.test(state) ? to : state;
}
