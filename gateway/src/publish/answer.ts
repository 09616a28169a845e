import { isRecord } from '../../../src/protocol';
import { isPublishErrorCode, PublishError } from './error';

/** What is answered when the gateway can't do it now, or a proxy can't reach it. */
const PASSING = [429, 502, 503, 504];

/** The ids in an answer of the HTTP API. Throws for a refusal, and for what no gateway would answer. */
export async function readIds(response: Response, origin: string): Promise<string[]> {
  const answer = parse(await response.text());
  if (!response.ok) throw refusal(response, answer, origin);
  const results = isRecord(answer) && Array.isArray(answer.results) ? answer.results : [answer];
  if (results.every((each) => isRecord(each) && typeof each.id === 'string'))
    return results.map(({ id }) => id);
  throw new PublishError(
    'unexpected_answer',
    `${origin} answered ${response.status}, and not as a Toporia gateway does`,
    { status: response.status, maybePublished: true },
  );
}

function refusal({ status, headers }: Response, answer: unknown, origin: string): PublishError {
  const error = isRecord(answer) && isRecord(answer.error) ? answer.error : {};
  if (status === 401) {
    return new PublishError('unauthorized', `the gateway at ${origin} does not know this key (401)`, {
      status,
    });
  }
  if (status === 404) {
    const problem = `the HTTP API at ${origin} is off (404); start the gateway with --api-key or REALTIME_API_KEY`;
    return new PublishError('api_off', problem, { status });
  }
  const passing = PASSING.includes(status);
  const text = typeof error.message === 'string' ? `refused (${status}): ${error.message}` : undefined;
  const code = isPublishErrorCode(error.code) ? error.code : undefined;
  if (passing) {
    return new PublishError(code ?? 'unavailable', text ?? `${origin} answered ${status}`, {
      status,
      retryable: true,
      retryAfter: retryAfter(error.retry_after, headers),
      // A limit is told before anything is done; of the others who knows.
      maybePublished: status !== 429,
    });
  }
  return new PublishError(
    code ?? 'unexpected_answer',
    text ?? `${origin} answered ${status}, and not as a Toporia gateway does`,
    { status, maybePublished: status >= 500 },
  );
}

function retryAfter(told: unknown, headers: Headers): number | undefined {
  if (typeof told === 'number' && told >= 0) return told;
  const seconds = headers.get('Retry-After');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
