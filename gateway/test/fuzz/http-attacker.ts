import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { barrier, guarded, leaks } from './answers';
import type { Frame } from './hostile-frames';
import type { Request } from './hostile-http';
import { attackUpgrade } from './websocket-attacker';

const PATH = '/socket.io/?EIO=4&transport=polling';

interface Answer {
  status: number;
  body: string;
}

async function ask(url: string, body?: Frame): Promise<Answer> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: body as string });
  return { status: response.status, body: await response.text() };
}

/** A polling session of Engine.IO, with a socket in the main namespace. */
class PollingSession {
  private constructor(
    readonly sid: string,
    readonly url: string,
  ) {}

  static async open(url: string): Promise<PollingSession> {
    const { body } = await ask(url + PATH);
    const { sid } = JSON.parse(body.slice(1));
    const session = new PollingSession(sid, `${url}${PATH}&sid=${sid}`);
    await ask(session.url, '40');
    await ask(session.url);
    return session;
  }

  /** Resolves with what came until all that was sent is dealt with; `open` tells whether the session goes on. */
  async dealtWith(): Promise<{ open: boolean; heard: string }> {
    const { question, answer } = barrier();
    let { status, body } = await ask(this.url, question);
    let heard = '';
    while (status === 200 && !heard.includes(answer)) {
      ({ status, body } = await ask(this.url));
      heard += body;
    }
    return { open: status === 200, heard };
  }

  async end(): Promise<void> {
    await ask(this.url, '1');
  }
}

/** Sends each frame as the body of a POST, in a new session where the last one ended it. Gives what was wrong. */
export async function attackByPolling(url: string, frames: readonly Frame[]): Promise<string[]> {
  const problems: string[] = [];
  let session: PollingSession | undefined;
  for (const frame of frames) {
    session ??= await guarded(PollingSession.open(url), 'a polling handshake');
    const what = JSON.stringify(String(frame).slice(0, 500));
    const posted = await guarded(ask(session.url, frame), what);
    const { open, heard } = await guarded(session.dealtWith(), what);
    for (const { status, body } of [posted, { status: 200, body: heard }]) {
      if (status >= 500 || leaks(body)) problems.push(`${what} was answered ${status} ${body.slice(0, 500)}`);
    }
    if (!open) session = undefined;
  }
  await session?.end();
  return problems;
}

/** Sends frames by a WebSocket that takes part in nobody's upgrade; the session is to be as it was, or gone. */
export async function attackUpgrades(url: string, frames: readonly Frame[]): Promise<string[]> {
  const session = await guarded(PollingSession.open(url), 'a polling handshake');
  await guarded(attackUpgrade(url, session.sid, frames), 'an upgrade');
  await guarded(session.dealtWith(), 'a poll after an upgrade');
  await session.end();
  return [];
}

/** Sends requests that need no connection. Gives what was wrong: they are to be refused, in words. */
export async function attackByHttp(url: string, requests: readonly Request[]): Promise<string[]> {
  const problems: string[] = [];
  for (const request of requests) {
    const what = JSON.stringify(request).slice(0, 500);
    const { status, body } = await guarded(
      request.raw === undefined ? send(url, request) : sendRaw(url, request.raw),
      what,
    );
    if (status >= 500 || leaks(body)) problems.push(`${what} was answered ${status} ${body.slice(0, 500)}`);
  }
  return problems;
}

function send(url: string, { method, path, headers, body }: Request & { raw?: undefined }): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = httpRequest(url + encodeURI(path).replaceAll('%25', '%'), { method, headers, agent: false });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('close', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    // Cut off: an answer too, if a rude one.
    sent.on('error', () => resolve({ status: 0, body: '' }));
    sent.end(body);
  });
}

async function sendRaw(url: string, raw: string): Promise<Answer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let body = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    body += chunk;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.end(raw, 'latin1');
  await closed;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(body)?.[1] ?? 0), body };
}
