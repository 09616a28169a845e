import { Unanswered } from './answered';
import type { Client } from './client';
import { ANSWER_TIMEOUT } from './options';

/** Ms until a client that has given up is told to try again. */
const AGAIN = 1_000;

export interface ClientEvents {
  /** It is connected, and let in. */
  ready(): void;
  failed(error: unknown): void;
  closed(): void;
  /** It need not come back. */
  isOver(): boolean;
}

/** Connects a client, tells what becomes of it, and lets it neither give up nor wait for a greeting that does not come. */
export function watched(client: Client, events: ClientEvents): Client {
  let greeting: NodeJS.Timeout | undefined;
  let hasFailed = false;
  const greeted = () => {
    const wasGreeting = greeting !== undefined;
    clearTimeout(greeting);
    greeting = undefined;
    return wasGreeting;
  };
  client.on('connect', () => {
    hasFailed = false;
    greeting ??= setTimeout(() => {
      events.failed(new Unanswered());
      client.disconnect(true);
    }, ANSWER_TIMEOUT);
  });
  client.on('error', (error: unknown) => {
    hasFailed = true;
    events.failed(error);
  });
  client.on('ready', () => {
    greeted();
    events.ready();
  });
  client.on('close', () => {
    // What wants TLS says nothing of that.
    if (greeted() && !hasFailed) events.failed({ code: 'ECONNRESET' });
    events.closed();
  });
  client.on('end', () => {
    if (events.isOver()) return;
    setTimeout(() => {
      if (!events.isOver() && client.status === 'end') client.connect().catch(() => {});
    }, AGAIN).unref();
  });
  // What happens then is told by the events.
  client.connect().catch(() => {});
  return client;
}
