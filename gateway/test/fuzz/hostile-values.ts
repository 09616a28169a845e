import fc from 'fast-check';

// Arbitraries for JSON texts rather than values: much of what is hostile cannot be a value of JavaScript.

export const COMMANDS = [
  'join',
  'join-room',
  'subscribe',
  'leave',
  'leave-room',
  'unsubscribe',
  'auth',
  'batch',
  'presence.update',
  'client event',
  'toporia:hello',
];

const KEYS = [
  ...[
    'room',
    'rooms',
    'channel',
    'auth',
    'headers',
    'channel_data',
    'user_info',
    'token',
    'guard',
    'event',
    'data',
    'id',
  ],
  ...[
    'since',
    'rewind',
    'epoch',
    'offset',
    '_placeholder',
    'num',
    'toporia',
    'sdk',
    'client',
    'then',
    'toJSON',
    'length',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''],
];

const TEXTS = [
  ...[
    'client-x',
    'r',
    'presence-1',
    'presence.room.1',
    'private-1',
    'user.7',
    'news',
    '',
    'a b',
    'a..b',
    '/',
    '\u0000',
  ],
  ...[
    '__proto__',
    'constructor',
    'connect',
    'disconnect',
    'error',
    'newListener',
    'refuse',
    '{"user_info":1}',
  ],
  ...['eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', 'a.b.c', 'x'.repeat(3_000)],
];

/** Texts of JSON with halves of surrogate pairs, as they are and as escapes. */
const surrogate = fc.constantFrom(
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"a\\udc00b"',
  '"\ud800"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
);

const number = fc.constantFrom(
  ...['0', '-0', '1e400', '-1e400', '1e-400', '9007199254740993', '1'.repeat(400), `0.${'9'.repeat(400)}`],
  ...['NaN', 'Infinity', '0x10', '01', '1_000', '-', '1e', '.5'],
);

/** What opens and closes a level, which a deep text is made of. */
const level = fc.constantFrom<[string, string]>(
  ['[', ']'],
  ['{"a":', '}'],
  ['{"__proto__":', '}'],
  ['[1,{"room":', '}]'],
);

export const deep = fc
  .tuple(level, fc.constantFrom(2, 100, 199, 201, 600, 3_000, 7_000, 20_000), fc.boolean())
  .map(([[open, close], depth, closed]) => `${open.repeat(depth)}1${closed ? close.repeat(depth) : ''}`);

const text = fc
  .oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 30 }))
  .map((each) => JSON.stringify(each));

const leaf = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom('null', 'true', 'false', '[]', '{}', '1') },
  { weight: 2, arbitrary: number },
  { weight: 2, arbitrary: surrogate },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"_placeholder":true,"num":0}',
      '{"_placeholder":true,"num":-1}',
      '{"_placeholder":true,"num":"x"}',
    ),
  },
);

function objectOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const entry = fc
    .tuple(fc.constantFrom(...KEYS), value)
    .map(([key, each]) => `${JSON.stringify(key)}:${each}`);
  return fc.array(entry, { maxLength: 5 }).map((entries) => `{${entries.join(',')}}`);
}

function arrayOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(value, { maxLength: 5 }).map((values) => `[${values.join(',')}]`);
}

const shallow = fc.oneof(leaf, objectOf(leaf), arrayOf(leaf));

const room = fc.constantFrom('"r"', '"news"', '"presence-1"', '"user.7"', '"a b"', '7', '[]');

/** What a join may ask of a room's log, in part or wholly wrong. */
export const history = fc
  .record({
    room,
    epoch: fc.oneof(leaf, fc.constant('"x"')),
    offset: fc.oneof(number, leaf, fc.constantFrom('0', '1', '-1', '1.5')),
    rewind: fc.oneof(number, shallow, fc.constantFrom('0', '1', '3', '1000000', '-1', '0.5')),
    form: fc.nat(4),
  })
  .map(({ room, epoch, offset, rewind, form }) => {
    const since = `"since":{"epoch":${epoch},"offset":${offset}}`;
    if (form === 0) return `{"room":${room},${since}}`;
    if (form === 1) return `{"channel":${room},"rewind":${rewind}}`;
    if (form === 2) return `{"room":${room},${since},"rewind":${rewind}}`;
    if (form === 3) return `{"rooms":[{"room":${room},${since}},{"room":"r","rewind":${rewind}}]}`;
    return `{"room":${room},"since":${rewind}}`;
  });

/** The second argument of an event from the SDK. */
export const options = fc
  .record({ room, id: fc.oneof(shallow, fc.constantFrom('"an-id"', '"x"', '""', '"a b"', '7', 'null')) })
  .map(({ room, id }) => `{"room":${room},"id":${id}}`);

/** Lists that are long, of names that are short. */
const long = fc
  .tuple(fc.constantFrom('""', '"a"', '"presence-1"', '{}', '0'), fc.constantFrom(999, 1_001, 30_000))
  .map(([name, count]) => `{"rooms":[${`${name},`.repeat(count)}${name}]}`);

/** Any payload, of any command or of none. */
export const payload = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 8, arbitrary: objectOf(shallow) },
  { weight: 3, arbitrary: arrayOf(shallow) },
  { weight: 2, arbitrary: history },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: long },
);

const NAMES = [
  'message',
  'echo',
  'typed',
  'typing.started',
  'client-x',
  'user.joined',
  'toporia:bye',
  '__proto__',
];

/** An event's name as JSON; sometimes none at all. */
export const eventName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...COMMANDS).map((each) => JSON.stringify(each)) },
  { weight: 4, arbitrary: fc.constantFrom(...NAMES).map((each) => JSON.stringify(each)) },
  { weight: 2, arbitrary: leaf },
  { weight: 1, arbitrary: fc.constant(JSON.stringify('n'.repeat(300))) },
);

const element = fc.oneof(
  fc.tuple(eventName, payload).map(([name, data]) => `[${name},${data}]`),
  fc.tuple(eventName, payload, options).map(([name, data, more]) => `[${name},${data},${more}]`),
  fc.tuple(eventName, payload).map(([name, data]) => `{"event":${name},"data":${data}}`),
  payload,
);

/** A batch of garbage. */
export const batch = fc.oneof(
  fc.array(element, { maxLength: 8 }).map((elements) => `[${elements.join(',')}]`),
  fc
    .tuple(element, fc.constantFrom(499, 501, 3_000))
    .map(([each, count]) => (each.length > 200 ? '[]' : `[${`${each},`.repeat(count)}${each}]`)),
);
