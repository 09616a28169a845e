import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Bytes of an answer; the member of a presence room takes at most a third of that. */
export const MAX_ANSWER = 64_000;

/** Why there was no answer that could be read. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface PostOptions {
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  /** Ms from the first byte sent to the last received. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * Posts to one address. No redirect is followed, and at most `MAX_ANSWER` bytes are read.
 *
 * Rejects with `NoAnswer`, or with the signal's reason.
 */
export async function post(url: URL, options: PostOptions): Promise<Answer> {
  const deadline = new AbortController();
  const late = new NoAnswer(`it did not answer within ${options.timeout} ms`);
  const timer = setTimeout(() => deadline.abort(late), options.timeout);
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  try {
    return await send(url, options, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function send(url: URL, options: PostOptions, signal: AbortSignal): Promise<Answer> {
  const { agent, headers, body } = options;
  const length = { 'Content-Length': Buffer.byteLength(body) };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = request(url, { method: 'POST', agent, signal, headers: { ...headers, ...length } });
  try {
    return await new Promise((resolve, reject) => {
      sent.once('response', (response) => readBody(response).then(resolve, reject));
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // The server may have closed a connection that was kept for the next question, just as that was sent.
    if (code === 'ECONNRESET' && sent.reusedSocket && !signal.aborted) return send(url, options, signal);
    throw new NoAnswer(`it could not be reached: ${code ?? message}`);
  }
}

/** Leaving the loop early ends the connection. */
async function readBody(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new NoAnswer(`its answer has more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}
