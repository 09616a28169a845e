import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { isRecord } from '../../../src/protocol';
import { isPageOf } from '../socket-options';

/** Those by which applications know a user; a client may send them, as it could to the endpoint itself. */
const USUAL = ['authorization', 'x-csrf-token', 'x-xsrf-token'];

const MAX_VALUE = 8_000;

/** Says what is wrong with a header that clients are to be able to send, or `undefined` where nothing is. */
export function headerProblem(name: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name)) return `"${name}" is not the name of a header`;
  const ours =
    /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|via|forwarded|cookie2?|set-cookie|origin|referer|x-real-ip|x-requested-with|true-client-ip|cf-connecting-ip|accept(-encoding)?|content-.*|proxy-.*|sec-.*|x-forwarded-.*)$/i;
  return ours.test(name) ? `"${name}" is not for clients to choose` : undefined;
}

/** Of the headers in a client's `auth`, those that are passed on. */
export function headersOf(auth: unknown, further: readonly string[]): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = {};
  const given = isRecord(auth) && Object.hasOwn(auth, 'headers') ? auth.headers : undefined;
  if (!isRecord(given)) return passed;
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if ((USUAL.includes(lower) || further.includes(lower)) && isValue(value)) passed[lower] = value;
  }
  return passed;
}

/** What a header can hold: a line's end would begin another one. */
function isValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_VALUE && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** The cookie of a handshake, as far as it may be used: a page of anybody's can connect where any origin may. */
export function cookieOf(headers: IncomingHttpHeaders, origins: '*' | readonly string[]): string | undefined {
  const { origin, cookie } = headers;
  const trusted =
    origin === undefined || isPageOf(origin, headers) || (origins !== '*' && origins.includes(origin));
  return trusted ? cookie : undefined;
}
