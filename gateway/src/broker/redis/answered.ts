import type { Client } from './client';
import { ANSWER_TIMEOUT } from './options';

/** Ms that a connection may take to end. */
const END_TIMEOUT = 500;

/** Redis is there, and says nothing. */
export class Unanswered extends Error {
  constructor() {
    super(`it gives no answer within ${ANSWER_TIMEOUT / 1_000} s`);
  }
}

/** The answer, or an error where it does not come in time. */
export function answered<T>(answer: Promise<T>): Promise<T> {
  return inTime(answer, ANSWER_TIMEOUT);
}

export async function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered()), milliseconds);
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
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    // A cluster whose nodes are all gone never says that it has ended.
    const timer = setTimeout(done, isClosed ? 0 : END_TIMEOUT);
    client.once('end', done);
    client.disconnect();
  });
}
