import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from './reply';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Gives what checks an `Authorization` header against the API's keys. All keys are compared, each in
 * constant time and as hashes of one length, so that the time taken tells nothing of them.
 */
export function bearerCheck(keys: readonly string[]): (header: string | undefined) => void {
  const digests = keys.map(digest);
  return (header) => {
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
    if (token === undefined) {
      throw unauthorized(
        'the header "Authorization: Bearer <key>" is needed',
        'Bearer realm="toporia-gateway"',
      );
    }
    const given = digest(token);
    let matches = 0;
    for (const known of digests) matches += timingSafeEqual(given, known) ? 1 : 0;
    if (matches === 0) {
      throw unauthorized('the key is not known', 'Bearer realm="toporia-gateway", error="invalid_token"');
    }
  };
}

function unauthorized(message: string, challenge: string): HttpError {
  return new HttpError(401, 'unauthorized', message, { 'WWW-Authenticate': challenge });
}
