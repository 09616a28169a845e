import type { Client } from './client';
import { ANSWER_TIMEOUT } from './options';

/** Redis is there, and says nothing. */
export class Unanswered extends Error {
  constructor() {
    super(`it gives no answer within ${ANSWER_TIMEOUT / 1_000} s`);
  }
}

/** The answer, or an error where it does not come in time. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered()), ANSWER_TIMEOUT);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Closes a client, and waits until it is. */
export async function ended(client: Client | undefined): Promise<void> {
  if (!client || client.status === 'end') return;
  // It has no connection then that could end.
  const isClosed = ['wait', 'close', 'reconnecting'].includes(client.status);
  const end = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.disconnect();
  if (!isClosed) await end;
}
