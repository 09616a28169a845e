import type { Published } from '../api';
import { BrokerError } from '../broker/broker';
import { unavailable } from './reply';

interface Taken {
  readonly id: string;
}

/** Answers with a message's id once it is on its way to the members on all nodes. */
export async function taken({ id, sent }: Published): Promise<Taken> {
  await sent;
  return { id };
}

/** The same for several. Where some could not be published, the answer tells which. */
export async function allTaken(messages: readonly Published[]): Promise<Taken[]> {
  const results = await Promise.allSettled(messages.map(taken));
  const failed = results.find((result) => result.status === 'rejected')?.reason;
  if (failed !== undefined && !(failed instanceof BrokerError)) throw failed;
  const told = results.map((result, index) =>
    result.status === 'fulfilled'
      ? result.value
      : {
          id: messages[index]?.id,
          error: { code: 'unavailable', message: (result.reason as Error).message },
        },
  );
  if (failed) throw unavailable(failed, { results: told });
  return told as Taken[];
}
