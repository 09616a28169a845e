import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Broker, BrokerError } from '../broker/broker';
import type { Connection } from '../connection';
import { Payload } from '../delivery/payload';
import { clientOf } from '../repeats';
import { isErrorReply, type Reply, unavailable } from '../replies';

type Later<T> = T | PromiseLike<T>;

/** Ms between two questions for what another node is about to do, and how many of them are asked. */
const PAUSE = 50;
const QUESTIONS = 100;

/** Has what a program's own code does for a client's message be done once over all nodes. */
export class Claims {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Does what a message asks for, or answers it as it was answered on another node. */
  async once(connection: Connection, id: string, run: () => Later<Reply>): Promise<Reply> {
    const key = createHash('sha256')
      .update(`${clientOf(connection)} ${id}`)
      .digest('base64url');
    try {
      for (let asked = 0; asked < QUESTIONS; asked++) {
        const claim = await this.#broker.claim(key);
        if (claim.type === 'done') return decoded(claim.outcome);
        if (claim.type === 'mine') return await settled(claim.settle, run);
        await sleep(PAUSE, undefined, { ref: false });
      }
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
    }
    return unavailable();
  }
}

async function settled(
  settle: (outcome: string | undefined) => Promise<void>,
  run: () => Later<Reply>,
): Promise<Reply> {
  // What nobody can be told of is done again at worst.
  const end = (outcome: string | undefined) => settle(outcome).catch(() => {});
  try {
    const reply = await run();
    await end(isErrorReply(reply) ? undefined : encoded(reply));
    return reply;
  } catch (error) {
    await end(undefined);
    throw error;
  }
}

interface Outcome {
  readonly texts: string[];
  readonly mark: string;
  /** In base64. */
  readonly attachments: string[];
}

function encoded(reply: Reply): string | undefined {
  try {
    const { texts, mark, attachments } = new Payload([reply]);
    return JSON.stringify({ texts, mark, attachments: attachments.map((each) => each.toString('base64')) });
  } catch {
    // It can't be sent either, of which the client is told.
    return undefined;
  }
}

function decoded(outcome: string): Reply {
  const { texts, mark, attachments } = JSON.parse(outcome) as Outcome;
  const buffers = attachments.map((each) => Buffer.from(each, 'base64'));
  return Payload.from({ texts, mark, attachments: buffers }).decode()[0];
}
