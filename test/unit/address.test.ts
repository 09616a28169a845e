import { describe, expect, it } from 'vitest';
import { checkedUrl } from '../../src/client/address';
import { RealtimeError } from '../../src/client/errors';

describe('address', () => {
  it.each([
    'http://localhost:3000',
    'http://localhost:3000/chat',
    'https://example.com/a/b',
    'ws://example.com/chat',
    'wss://example.com',
    'http://[::1]:3000/admin',
    'https://example.com/chat?tenant=1&x=%2F',
    'https://example.com?tenant=1',
  ])('%s is one', (url) => expect(checkedUrl(url)).toBe(url));

  it.each([
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://localhost:3000/chat/', 'http://localhost:3000/chat'],
    ['http://localhost:3000/chat/?tenant=1', 'http://localhost:3000/chat?tenant=1'],
  ])('%s means the same as %s', (url, same) => expect(checkedUrl(url)).toBe(same));

  it.each([
    '',
    ' ',
    'localhost:3000',
    'example.com/chat',
    'ftp://example.com',
    'javascript:alert(1)',
    'http://',
    'http:///chat',
    'http://a b/chat',
    'http://example.com/a b',
    'http://example.com/#chat',
    'http://example.com\n',
    // Only in a page, which has a host of its own.
    '/chat',
    undefined,
    null,
    3000,
    {},
  ])('%j is refused with what one looks like', (url) => {
    let error: unknown;
    try {
      checkedUrl(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({ code: 'invalid_argument', retryable: false });
    expect(String(error)).toContain('http://localhost:3000/chat');
  });
});
