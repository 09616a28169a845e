import { RealtimeError } from './errors';

export interface Address {
  /** Scheme, host, port and query: what Socket.IO's manager connects to. */
  uri: string;
  /** The URL's path is the Socket.IO namespace. */
  namespace: string;
}

/** Splits a URL such as `https://example.com/chat`; in a page it may begin with `/`. */
export function parseAddress(url: unknown): Address {
  const text = String(url);
  const absolute = text[0] === '/' && typeof location === 'object' ? location.origin + text : text;
  const match = /^((?:http|ws)s?:\/\/[^/?#\s]+)(\/[^?#\s]*)?(\?[^#\s]*)?$/i.exec(absolute);
  if (!match) {
    throw new RealtimeError(
      'invalid_argument',
      `"${text}" is not a URL of a gateway; it must look like http://localhost:3000 or https://example.com/chat`,
    );
  }
  return { uri: match[1] + (match[3] ?? ''), namespace: match[2]?.replace(/\/+$/, '') || '/' };
}
