import { RealtimeError } from './errors';

/**
 * The URL of a gateway as Socket.IO takes it: scheme, host and port, the namespace as path. In a page it may begin with
 * `/`. Throws a `RealtimeError` when it can't work.
 */
export function checkedUrl(url: unknown): string {
  const text = String(url);
  const isKnown = text[0] !== '/' || typeof location === 'object';
  if (isKnown && /^((http|ws)s?:\/\/[^/?#\s]|\/)[^#\s]*$/.test(text))
    return text.replace(/(.)\/+(?=\?|$)/, '$1');
  throw new RealtimeError('invalid_argument', `"${text}" is no URL such as http://localhost:3000/chat`);
}
