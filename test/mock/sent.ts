import type { RealtimeError } from '../../src/index';
import type { Peer } from './mock-gateway';

/** What became of a promise: its answer, or the error's code and whether the message may have arrived. */
export const fate = (promise: Promise<unknown>) =>
  promise.catch(({ code, maybeSent }: RealtimeError) => [code, maybeSent]);

export interface Sent {
  event: string;
  data: unknown;
  scope: { room?: string; id: string };
  answer(reply?: unknown): void;
}

/** The next event of that name, in whatever order it came. */
export async function sent(peer: Peer, event: string): Promise<Sent> {
  const packet = await peer.packet(new RegExp(`^42\\d*\\["${event}"`));
  const [, id, body] = /^42(\d*)(.*)$/.exec(packet) as unknown as [string, string, string];
  const [, data, scope] = JSON.parse(body);
  return {
    event,
    data,
    scope,
    answer: (reply = { status: 'ok' }) => peer.send(`43${id}${JSON.stringify([reply])}`),
  };
}
