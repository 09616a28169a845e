import { describe, expect, it } from 'vitest';
import { ChannelPattern } from '../../src/auth/channel-pattern';
import { RuleBook } from '../../src/auth/channel-rules';
import { SettingsError } from '../../src/config';

describe('a pattern', () => {
  it.each<[pattern: string, room: string, params: object | undefined]>([
    ['orders.{orderId}', 'private-orders.5', { orderId: '5' }],
    ['orders.{orderId}', 'private.orders.5', { orderId: '5' }],
    ['orders.{orderId}', 'presence-orders.5', { orderId: '5' }],
    ['orders.{orderId}', 'presence.orders.5', { orderId: '5' }],
    ['orders.{orderId}', 'orders.5', { orderId: '5' }],
    ['orders.{orderId}', 'private-orders.5.items', undefined],
    ['orders.{orderId}', 'private-orders', undefined],
    ['orders.{orderId}', 'private-orders.', undefined],
    ['orders.{orderId}', 'private-Orders.5', undefined],
    ['orders.{orderId}', 'private-xorders.5', undefined],
    ['orders.{orderId}', 'private-private-orders.5', undefined],
    ['private-orders.{id}', 'private-orders.5', { id: '5' }],
    ['private-orders.{id}', 'private.orders.5', undefined],
    ['private-orders.{id}', 'presence-orders.5', undefined],
    ['private-orders.{id}', 'orders.5', undefined],
    ['chat.{room}.user.{id}', 'presence.chat.a-b.user.7', { room: 'a-b', id: '7' }],
    ['order-{id}', 'private-order-5', { id: '5' }],
    ['order-{id}-x', 'private-order-5-x', { id: '5' }],
    ['order-{id}-x', 'private-order--x', undefined],
    ['aXa{id}aXa', 'private-aXa', undefined],
    ['lobby', 'presence-lobby', {}],
    ['lobby', 'presence-lobby2', undefined],
    ['files.{path*}', 'private-files.a.b.c', { path: 'a.b.c' }],
    ['files.{path*}', 'private-files', undefined],
    ['{all*}', 'private-a.b', { all: 'a.b' }],
    ['{kind}.{id}', 'private.orders', undefined],
  ])('%s and the room %s', (pattern, room, params) => {
    expect(new ChannelPattern(pattern).match(room)).toEqual(params);
  });

  it('takes a time that grows with the length of the name alone', () => {
    const pattern = new ChannelPattern(`${'a'.repeat(50)}{x}${'a'.repeat(50)}`);
    expect(pattern.match(`private-${'a'.repeat(100)}`)).toBeUndefined();
    expect(pattern.match(`private-${'a'.repeat(101)}`)).toEqual({ x: 'a' });
  });
});

describe('the most specific rule is asked, in whatever order they were written', () => {
  const patterns = [
    'orders.{id}',
    'orders.open',
    'private-orders.{id}',
    'orders.{rest*}',
    'orders.x-{id}',
    '{any*}',
    '{a}.{b}',
    'private-{any*}',
    'orders.{id}.items',
  ];
  const expected: [room: string, pattern: string][] = [
    ['private-orders.open', 'orders.open'],
    ['private-orders.x-5', 'orders.x-{id}'],
    ['private-orders.5', 'private-orders.{id}'],
    ['presence-orders.5', 'orders.{id}'],
    ['private-orders.5.items', 'orders.{id}.items'],
    ['private-orders.5.other', 'orders.{rest*}'],
    ['private-chat.5', '{a}.{b}'],
    ['private-chat', 'private-{any*}'],
    ['presence-chat', '{any*}'],
  ];

  it.each([
    ['as they are', patterns],
    ['backwards', patterns.toReversed()],
    ['sorted', patterns.toSorted()],
  ])('%s', (_order, listed) => {
    const book = new RuleBook(Object.fromEntries(listed.map((pattern) => [pattern, () => true])));
    expect(expected.map(([room]) => [room, book.find(room)?.pattern])).toEqual(expected);
  });

  it('and none for the rooms of users', () => {
    const book = new RuleBook({ '{any*}': () => true, 'user.{id}': () => true });
    expect(['user.7', 'user.7.x'].map((room) => book.find(room))).toEqual([undefined, undefined]);
    expect(book.find('private-user.7')?.pattern).toBe('user.{id}');
  });
});

describe('a wrong rule is one clear line', () => {
  const yes = () => true;
  const oneParameter = 'may hold one parameter, named by letters, digits and _, such as {orderId}';
  it.each<[rules: unknown, line: string]>([
    [[], 'channels: it must be an object of one rule for each pattern'],
    [5, 'channels: it must be an object of one rule for each pattern'],
    [{ '': yes }, 'channels[""]: a part of it is empty'],
    [{ 'private-': yes }, 'channels["private-"]: a part of it is empty'],
    [{ 'a..b': yes }, 'channels["a..b"]: a part of it is empty'],
    [{ 'a b': yes }, 'channels["a b"]: "a b" may hold only A-Z a-z 0-9 _ - : and a {parameter}'],
    [{ 'a.{x': yes }, `channels["a.{x"]: "{x" ${oneParameter}`],
    [{ '{a}{b}': yes }, `channels["{a}{b}"]: "{a}{b}" ${oneParameter}`],
    [{ '{a}-{b}': yes }, `channels["{a}-{b}"]: "{a}-{b}" ${oneParameter}`],
    [{ '{}': yes }, `channels["{}"]: "{}" ${oneParameter}`],
    [{ '{order.id}': yes }, `channels["{order.id}"]: "{order" ${oneParameter}`],
    [{ '{__proto__}': yes }, 'channels["{__proto__}"]: {__proto__} is a reserved name'],
    [{ '{id}.{id}': yes }, 'channels["{id}.{id}"]: the parameter {id} stands there twice'],
    [{ '{rest*}.x': yes }, 'channels["{rest*}.x"]: {rest*} must stand at the end'],
    [{ 'a.{x}': yes, 'a.{y}': yes }, 'channels["a.{y}"]: it matches the same rooms as "a.{x}"'],
    [{ a: true }, 'channels["a"]: a rule must be a function, or an object such as { guards, authorize }'],
    [{ a: null }, 'channels["a"]: a rule must be a function, or an object such as { guards, authorize }'],
    [
      { a: { guard: 'x' } },
      'channels["a"]: a rule has no "guard"; it may have guards, anonymous, authorize, publish',
    ],
    [{ a: { guards: 'admin' } }, 'channels["a"]: guards must be a list of names of guards'],
    [{ a: { guards: [] } }, 'channels["a"]: guards must be a list of names of guards'],
    [{ a: { anonymous: 1 } }, 'channels["a"]: anonymous must be true or false'],
    [
      { a: { anonymous: true, guards: ['x'] } },
      'channels["a"]: an anonymous client has no guard: give one of both',
    ],
    [{ a: { authorize: true } }, 'channels["a"]: authorize must be a function'],
    [{ a: { publish: 'no' } }, 'channels["a"]: publish must be true, false or a function'],
  ])('%j', (rules, line) => {
    const reading = () => new RuleBook(rules as Record<string, () => boolean>);
    expect(reading).toThrow(expect.objectContaining({ name: SettingsError.name, message: line }));
  });
});
