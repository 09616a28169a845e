import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../fuzz/hostile-values';
import { plain, SECRET, sdk, startGateway } from './support';

const EVENTS = [...COMMANDS, 'typing.started', 'message'];

const key = fc.constantFrom(
  'room',
  'rooms',
  'channel',
  'channel_data',
  'user_info',
  'token',
  'guard',
  'event',
  'data',
  'id',
  '__proto__',
);
const text = fc.constantFrom(
  'r',
  'presence-1',
  'private-1',
  'user.7',
  '',
  '__proto__',
  '{"user_info":1}',
  'a b',
);
const leaf = fc.oneof(text, fc.jsonValue({ maxDepth: 1 }));
const object = fc.array(fc.tuple(key, leaf), { maxLength: 4 }).map((entries) => {
  // As it comes from the wire, where "__proto__" is a key like any other.
  return JSON.parse(
    `{${entries.map((entry) => entry.map((part) => JSON.stringify(part)).join(':')).join(',')}}`,
  );
});
const payload = fc.oneof(
  leaf,
  object,
  fc.array(fc.oneof(leaf, object, fc.tuple(fc.constantFrom(...EVENTS), object))),
);
// Socket.IO's client itself refuses these.
const CLIENT_RESERVED = /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/;
const name = fc.string().filter((event) => !CLIENT_RESERVED.test(event));
const event = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...EVENTS) }, name);

describe('any input', () => {
  it.each([
    ['a plain client', plain],
    ['the SDK', sdk],
  ])('of %s is answered, never with an internal error', async (_who, connect) => {
    const errors: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void errors.push(details),
    };
    const gateway = await startGateway({ jwt_secret: SECRET, anonymous_presence: true }, { logger });
    const sender = await connect(gateway);
    await fc.assert(
      fc.asyncProperty(event, fc.array(payload, { maxLength: 3 }), async (sent, args) => {
        const reply = await sender.ask(sent, ...args);
        expect(reply).toBeTypeOf('object');
        expect(JSON.stringify(reply)).not.toContain('"internal"');
      }),
      { numRuns: 400 },
    );
    expect(errors).toEqual([]);
    expect(({} as Record<string, unknown>).room).toBeUndefined();
  });
});
