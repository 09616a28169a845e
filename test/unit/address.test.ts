import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/client/address';
import { RealtimeError } from '../../src/client/errors';

describe('address', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000', '/'],
    ['http://localhost:3000/', 'http://localhost:3000', '/'],
    ['http://localhost:3000/chat', 'http://localhost:3000', '/chat'],
    ['https://example.com/chat/', 'https://example.com', '/chat'],
    ['https://example.com/a/b', 'https://example.com', '/a/b'],
    ['ws://example.com/chat', 'ws://example.com', '/chat'],
    ['WSS://example.com', 'WSS://example.com', '/'],
    ['http://[::1]:3000/admin', 'http://[::1]:3000', '/admin'],
    ['https://example.com/chat?tenant=1&x=%2F', 'https://example.com?tenant=1&x=%2F', '/chat'],
    ['https://example.com?tenant=1', 'https://example.com?tenant=1', '/'],
  ])('%s is the host %s and the namespace %s', (url, uri, namespace) => {
    expect(parseAddress(url)).toEqual({ uri, namespace });
  });

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
    '/chat',
    undefined,
    null,
    3000,
    {},
  ])('%j is refused with what one looks like', (url) => {
    let error: unknown;
    try {
      parseAddress(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({ code: 'invalid_argument', retryable: false });
    expect(String(error)).toContain('http://localhost:3000/chat');
  });
});
