import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventNameProblem, roomKind, roomNameProblem, userRoom } from '../../src/protocol';

const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype'];

describe('room names', () => {
  it.each([
    'a',
    'chat.room.1',
    'presence-chat',
    'user.7',
    'A-Z_a:z.09',
    '.',
    '-',
    'x'.repeat(200),
    'toString',
  ])('%j is one', (name) => expect(roomNameProblem(name)).toBeUndefined());

  it.each([undefined, null, 7, {}, ['news']])('%j is none, since it is no string', (name) => {
    expect(roomNameProblem(name)).toBe('it must be a string');
  });

  it.each(['', 'x'.repeat(201), 'x'.repeat(300)])('one of the wrong length is none', (name) => {
    expect(roomNameProblem(name)).toBe('it must have 1 to 200 characters');
  });

  it.each(['a b', 'a/b', 'zimmer-ü', 'a\n', '\u0000', 'a😀', 'a*', '{id}', 'a,b', 'a..b', '..'])(
    '%j is none, and the reason names what is not allowed',
    (name) => expect(roomNameProblem(name)).toMatch(/may (hold only|not hold)/),
  );

  it.each(PROTOTYPE_NAMES)('%s is none', (name) =>
    expect(roomNameProblem(name)).toBe('that name is reserved'),
  );

  it('is 1 to 200 of the allowed characters without two dots in a row, and nothing else', () => {
    const allowed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:';
    const likely = fc.string({ unit: fc.constantFrom(...allowed, ' ', '/', 'é'), maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (name) => {
        const isFine =
          name.length >= 1 &&
          [...name].every((letter) => allowed.includes(letter)) &&
          !name.includes('..') &&
          !PROTOTYPE_NAMES.includes(name);
        expect(roomNameProblem(name) === undefined).toBe(isFine);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['presence-chat', 'presence'],
    ['presence.chat', 'presence'],
    ['private-chat', 'private'],
    ['private.chat', 'private'],
    ['user.7', 'private'],
    ['presence', 'public'],
    ['presence_chat', 'public'],
    ['private:chat', 'public'],
    ['user-7', 'public'],
    ['users.7', 'public'],
    ['my.private-chat', 'public'],
    ['Presence-chat', 'public'],
  ])('%s is %s', (name, kind) => expect(roomKind(name)).toBe(kind));

  it('has a private room for each user', () => {
    expect(userRoom(7)).toBe(userRoom('7'));
    expect(roomKind(userRoom(7))).toBe('private');
  });
});

describe('event names', () => {
  it.each([
    'a',
    'message.sent',
    'chat message',
    'App\\Events\\OrderShipped',
    'grüße',
    '事件',
    'x'.repeat(255),
  ])('%j is one', (name) => expect(eventNameProblem(name)).toBeUndefined());

  it.each([undefined, null, 7, {}, Symbol('event')])('%s is none, since it is no string', (name) => {
    expect(eventNameProblem(name)).toBe('it must be a string');
  });

  it.each(['', 'x'.repeat(256)])('one of the wrong length is none', (name) => {
    expect(eventNameProblem(name)).toBe('it must have 1 to 255 characters');
  });

  it.each(['\u0000', 'a\nb', 'a\tb', '\u007f', 'a\u200eb', '\ud800'])(
    '%j is none, since it is not printable',
    (name) => {
      expect(eventNameProblem(name)).toBe('it must be printable');
    },
  );

  it.each([
    ...PROTOTYPE_NAMES,
    'connect',
    'connect_error',
    'disconnect',
    'disconnecting',
    'newListener',
    'removeListener',
  ])('%s is none, since it is reserved', (name) => {
    expect(eventNameProblem(name)).toBe('that name is reserved');
  });
});
