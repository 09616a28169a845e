import type { IncomingMessage } from 'node:http';
import { MAX_NESTING } from '../nesting';
import { HttpError } from './reply';

/** Reads a request's body as JSON, at most `limit` bytes of it. `none` stands for a body that is empty, where it may be. */
export async function readJson(request: IncomingMessage, limit: number, none?: unknown): Promise<unknown> {
  const text = decode(await readBody(request, limit));
  if (text === '' && none !== undefined) return none;
  if (isTooDeep(text)) {
    throw new HttpError(422, 'invalid_payload', `the data is nested deeper than ${MAX_NESTING} levels`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake, which is the caller's own.
    const where = error instanceof Error ? error.message.replace(/\s+/g, ' ') : 'it is malformed';
    throw new HttpError(400, 'invalid_json', `the body is not JSON: ${where}`);
  }
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(415, 'unsupported_encoding', 'the body must be sent without Content-Encoding');
  }
  const tooLarge = () =>
    new HttpError(413, 'payload_too_large', `the body is larger than ${limit} bytes; send less at once`);
  if (Number(request.headers['content-length']) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.removeAllListeners('data').resume();
      reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    // Whoever breaks off is none of the gateway's failures.
    const cutOff = () => reject(new HttpError(400, 'invalid_payload', 'the request was cut off'));
    request.on('error', cutOff);
    request.on('close', cutOff);
  });
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new HttpError(400, 'invalid_json', 'the body is not JSON in UTF-8');
  }
}

/** Counts brackets, since a parser is what hostile nesting would overflow. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      if (++depth > MAX_NESTING) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}
