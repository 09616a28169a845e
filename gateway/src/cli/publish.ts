import { createPublisher, PublishError, type Publisher } from '../publish';
import { Failure, readUrl } from './failure';

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
  { namespace, ...where }: PublishOptions,
): Promise<void> {
  const publisher = publisherFor(where);
  const data = readData(json);
  try {
    const { id } = await publisher.broadcast(channel, event, data, { namespace });
    process.stdout.write(`${id}\n`);
  } catch (error) {
    if (error instanceof PublishError) throw new Failure(error.message);
    // What can be seen to be wrong before anybody is asked.
    throw new Failure(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), 2);
  } finally {
    await publisher.close();
  }
}

function publisherFor({
  url,
  key = process.env.REALTIME_API_KEY?.split(',')[0]?.trim(),
}: Omit<PublishOptions, 'namespace'>): Publisher {
  const { origin } = readUrl(url);
  if (!key) throw new Failure('a key of the HTTP API is needed: give --key, or set REALTIME_API_KEY', 2);
  try {
    // Who sits before a terminal wants to know at once.
    return createPublisher({ url: origin, key, retries: 0 });
  } catch {
    throw new Failure('the key holds characters that no key has', 2);
  }
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
