import fc from 'fast-check';
import { batch, COMMANDS, deep, eventName, history, options, payload } from './hostile-values';

/** One message of the transport: a text, or bytes. */
export type Frame = string | Uint8Array;

const NAMESPACES = [
  '/app',
  '/__proto__',
  '/constructor',
  '/a/b',
  '/..',
  '/%2e',
  '/ÿ',
  '/ ',
  '/?a=b',
  '//',
  '/app?x=1',
];

const namespace = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.constant('/app,') },
  { weight: 2, arbitrary: fc.constantFrom(...NAMESPACES).map((each) => `${each},`) },
  { weight: 1, arbitrary: fc.constant(`/${'n'.repeat(5_000)},`) },
);

const ackId = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.nat().map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '9'.repeat(20),
      '9'.repeat(400),
      '1 2',
      ' ',
      '-1',
      '0'.repeat(1_000),
      '9007199254740993',
    ),
  },
);

const args = fc.array(payload, { maxLength: 3 }).map((each) => each.map((one) => `,${one}`).join(''));

/** An event whose every part may be wrong. */
const event = fc
  .tuple(namespace, ackId, eventName, args)
  .map(([to, id, name, rest]) => `42${to}${id}[${name}${rest}]`);

/** Of what a room's log is asked, and of what comes twice. */
const repeated = fc
  .tuple(
    fc.constantFrom('', '/app,'),
    ackId,
    fc.oneof(
      fc.tuple(fc.constantFrom('"join"', '"subscribe"'), history),
      fc.tuple(
        eventName,
        fc.tuple(payload, options).map(([data, more]) => `${data},${more}`),
      ),
    ),
    fc.constantFrom(1, 1, 2),
  )
  .map(([to, id, [name, rest], times]) => `42${to}${id}[${name}${`,${rest}`.repeat(times)}]`);

const batched = fc.tuple(namespace, ackId, batch).map(([to, id, data]) => `42${to}${id}["batch",${data}]`);

/** Binary events that say how many attachments come, rightly or not; what follows may be none of them. */
const binary = fc
  .tuple(
    fc.constantFrom('1', '2', '10', '11', '0', '-1', '1.5', '999999999', '', 'x', '1e1'),
    namespace,
    ackId,
    args,
  )
  .map(([count, to, id, rest]) => `45${count}-${to}${id}["message"${rest},{"_placeholder":true,"num":0}]`);

const connect = fc.oneof(
  fc.tuple(namespace, payload).map(([to, auth]) => `40${to}${auth}`),
  fc.tuple(namespace, deep).map(([to, auth]) => `40${to}{"toporia":${auth}}`),
  fc.tuple(namespace, payload).map(([to, token]) => `40${to}{"token":${token}}`),
);

/** The other kinds of Socket.IO packets, which a client has no cause to send. */
const packet = fc
  .tuple(fc.constantFrom('41', '43', '44', '46', '47', '4'), namespace, ackId, payload)
  .map((each) => each.join(''));

const engine = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '2probe',
    '3',
    '3probe',
    '5',
    '6',
    '7',
    '9',
    'b',
    'bAQID',
    'b!!!!',
    '\u001e',
    '4',
  ),
  fc.constant('0{"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1}'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const bytes = fc.uint8Array({ maxLength: 200 });

const valid = fc.constantFrom(
  ...COMMANDS.map(
    (command) => `421["${command}",{"room":"presence-1","user_info":{"name":"x"},"token":"a.b.c"}]`,
  ),
  '40/app,{"toporia":{"sdk":"1","client":"c"}}',
  '422["message",{"room":"r","text":"hello"},{"room":"r","id":"an-id"}]',
  '451-["message",{"_placeholder":true,"num":0}]',
  '42/app,3["typed","hello"]',
  '42/app,4["join",{"room":"r","rewind":100}]',
  '42/app,5["echo",{"text":"x"},{"id":"an-id"}]',
  '42["subscribe",{"channel":"presence-1","auth":{"headers":{"Authorization":"Bearer x"}}}]',
  '424["client event",{"channel":"presence-1","event":"client-x","data":{"room":"r"}}]',
);

interface Change {
  at: number;
  how: 'flip' | 'drop' | 'double' | 'insert' | 'cut';
  text: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  how: fc.constantFrom<Change['how'][]>('flip', 'drop', 'double', 'insert', 'cut'),
  text: fc.oneof(
    fc.constantFrom('"', '[', '{', '}', ']', ',', ':', '\\', '-', '/', '9', '\u0000'),
    fc.string({ maxLength: 4 }),
  ),
});

function changed(frame: string, { at, how, text }: Change): string {
  const index = Math.floor(at * frame.length);
  const [before, after] = [frame.slice(0, index), frame.slice(index)];
  if (how === 'insert') return before + text + after;
  if (how === 'flip') return before + text + after.slice(1);
  if (how === 'drop') return before + after.slice(1 + text.length);
  if (how === 'double') return before + after + after;
  return before;
}

const mutated = fc
  .tuple(fc.oneof(valid, event), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([frame, changes]) => changes.reduce(changed, frame));

/** Any frame on an established connection. */
export const frame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 8, arbitrary: event },
  { weight: 6, arbitrary: mutated },
  { weight: 3, arbitrary: batched },
  { weight: 3, arbitrary: repeated },
  { weight: 3, arbitrary: connect },
  { weight: 3, arbitrary: valid },
  { weight: 2, arbitrary: binary },
  { weight: 2, arbitrary: packet },
  { weight: 2, arbitrary: engine },
  { weight: 1, arbitrary: bytes },
);

/** One client that asks for namespace after namespace, and may leave them again. */
export const namespaceFlood: fc.Arbitrary<Frame[]> = fc
  .tuple(fc.nat(1_000), fc.integer({ min: 5, max: 40 }), fc.boolean())
  .map(([from, count, leaves]) =>
    Array.from({ length: count }, (_, i) => [
      `40/flood-${from + i},`,
      ...(leaves ? [`41/flood-${from + i},`] : []),
    ]).flat(),
  );
