import { describe, expect, it } from 'vitest';
import { type ConnectionInput, type ConnectionState, nextState } from '../../src/client/connection-state';

/** Written out in full, so that a change of the table is a change of this test. */
const EXPECTED: Record<ConnectionState, Record<ConnectionInput, ConnectionState>> = {
  idle: { connect: 'connecting', open: 'idle', drop: 'idle', give_up: 'idle', close: 'closed' },
  connecting: {
    connect: 'connecting',
    open: 'connected',
    drop: 'reconnecting',
    give_up: 'failed',
    close: 'closed',
  },
  connected: {
    connect: 'connected',
    open: 'connected',
    drop: 'reconnecting',
    give_up: 'failed',
    close: 'closed',
  },
  reconnecting: {
    connect: 'reconnecting',
    open: 'connected',
    drop: 'reconnecting',
    give_up: 'failed',
    close: 'closed',
  },
  failed: { connect: 'connecting', open: 'failed', drop: 'failed', give_up: 'failed', close: 'closed' },
  closed: { connect: 'connecting', open: 'closed', drop: 'closed', give_up: 'closed', close: 'closed' },
};

const rows = Object.entries(EXPECTED).flatMap(([state, inputs]) =>
  Object.entries(inputs).map(([input, next]) => ({ state, input, next })),
) as { state: ConnectionState; input: ConnectionInput; next: ConnectionState }[];

describe('connection state', () => {
  it.each(rows)('$state, on $input, is $next', ({ state, input, next }) => {
    expect(nextState(state, input)).toBe(next);
  });

  it('leads out of every state to a connection and to an end', () => {
    for (const state of Object.keys(EXPECTED) as ConnectionState[]) {
      expect(nextState(nextState(state, 'connect'), 'open')).toBe('connected');
      expect(nextState(state, 'close')).toBe('closed');
    }
  });
});
