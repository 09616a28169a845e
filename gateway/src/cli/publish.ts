import { isRecord } from '../../../src/protocol';
import { connectionProblem, Failure, readUrl } from './failure';

export interface PublishOptions {
  url: string;
  key?: string;
  namespace: string;
}

/** `toporia-gateway publish`: one message over the HTTP API; prints its id. */
export async function publish(
  channel: string,
  event: string,
  json: string,
  { url, key = process.env.REALTIME_API_KEY?.split(',')[0]?.trim(), namespace }: PublishOptions,
): Promise<void> {
  const base = readUrl(url);
  if (!key) throw new Failure('a key of the HTTP API is needed: give --key, or set REALTIME_API_KEY', 2);
  const data = readData(json);
  const response = await post(new URL('/api/broadcast', base), key, { channel, event, data, namespace });
  const answer = await response.json().catch(() => undefined);
  if (!response.ok || !isRecord(answer) || typeof answer.id !== 'string') {
    throw new Failure(refusal(response.status, answer, base.origin));
  }
  process.stdout.write(`${answer.id}\n`);
}

function readData(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Failure(
      `the data is not JSON: ${JSON.stringify(json)}; text needs its quotes, as in '"hello"'`,
      2,
    );
  }
}

async function post(url: URL, key: string, body: unknown): Promise<Response> {
  let headers: Headers;
  try {
    headers = new Headers({ Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' });
  } catch {
    throw new Failure('the key holds characters that no key has', 2);
  }
  try {
    return await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch (error) {
    throw new Failure(connectionProblem(error, url.origin));
  }
}

function refusal(status: number, answer: unknown, url: string): string {
  const error = isRecord(answer) && isRecord(answer.error) ? answer.error : undefined;
  if (status === 401) return `the gateway at ${url} does not know this key (401)`;
  if (status === 404)
    return `the HTTP API at ${url} is off (404); start the gateway with --api-key or REALTIME_API_KEY`;
  if (typeof error?.message === 'string') return `refused (${status}): ${error.message}`;
  return `${url} answered ${status}, and not as a Toporia gateway does`;
}
