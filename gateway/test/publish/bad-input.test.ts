import { describe, expect, it } from 'vitest';
import type { Publisher } from '../../src/publish';
import { publisherOf } from './support';

describe('bad input, over HTTP', () => {
  it.each<[string, (p: Publisher) => Promise<unknown>, string]>([
    ['room', (p) => p.broadcast('a b', 'x'), '"a b" is not the name of a room: it may hold only'],
    ['event', (p) => p.broadcast('a', 'toporia:x'), '"toporia:x" is not the name of an event: that name is'],
    [
      'namespace',
      (p) => p.broadcast('a', 'x', 1, { namespace: 'a b' }),
      '"a b" is not the name of a namespace',
    ],
    ['id', (p) => p.broadcast('a', 'x', 1, { id: '' }), '"" is not the id of a message'],
    [
      'except',
      (p) => p.broadcast('a', 'x', 1, { except: [5 as never] }),
      'except must be the id of a socket',
    ],
    ['user', (p) => p.sendToUser('', 'x'), 'A user id must be a number or a text that is not empty.'],
    [
      'dots',
      (p) => p.sendToUser('..', 'x'),
      'Over HTTP nothing can be sent to a user whose id is only dots.',
    ],
    ['batch', (p) => p.batch({} as never), 'A batch is an array of messages.'],
    ['one of a batch', (p) => p.batch([null as never]), 'undefined is not the name of a room'],
    [
      'binary',
      (p) => p.broadcast('a', 'x', { b: new Uint8Array(2) }),
      'over HTTP no binary data can be published',
    ],
    ['bigint', (p) => p.broadcast('a', 'x', 5n), "the data can't be written as JSON"],
    ['deep', (p) => p.broadcast('a', 'x', deep()), 'the data is nested deeper than 200 levels'],
  ])('%s', async (_what, call, message) => {
    await expect(call(publisherOf('http://127.0.0.1:3000'))).rejects.toThrow(message);
  });

  it.each([
    [{ url: 'nowhere' }, 'url is "nowhere": it must be an address such as http://127.0.0.1:3000'],
    [{ url: 'http://a:b@c' }, 'url: it may hold no user and no password'],
    [{ key: '' }, "key: it must be a key of the gateway's HTTP API"],
    [{ timeout: -1 }, 'timeout is -1: it must be a number from 0 on'],
  ])('options %j', (options, message) => {
    expect(() => publisherOf('http://127.0.0.1:3000', options)).toThrow(message);
  });
});

function deep(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 300; level++) value = [value];
  return value;
}
