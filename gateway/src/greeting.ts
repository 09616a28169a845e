import { type HelloReply, type Position, PROTOCOL_VERSION, type UserChannel } from '../../src/protocol';
import { BrokerError } from './broker/broker';
import type { Connection } from './connection';
import { after, guarded } from './replies';

type Later<T> = T | PromiseLike<T>;

const FEATURES = ['rooms', 'batch', 'scope', 'presence', 'dedupe'];

/** Answers `toporia:hello`. */
export function hello(connection: Connection): Later<HelloReply> {
  const features = connection.space.log ? [...FEATURES, 'recovery'] : FEATURES;
  const greeting: HelloReply = { protocol: PROTOCOL_VERSION, features };
  return after(userChannelOf(connection), (user) => (user ? { ...greeting, user } : greeting));
}

/** Where what is sent to the connection's user goes. All that comes after the position is sent to the connection. */
export function userChannelOf({ userRoom, userGate, space }: Connection): Later<UserChannel | undefined> {
  if (!userRoom) return undefined;
  const channel = userRoom.name;
  if (!space.log) return { channel };
  const { log } = space;
  const position = guarded<Position | undefined>(
    () => log.position(userRoom.key),
    (error) => {
      if (error instanceof BrokerError) return undefined;
      throw error;
    },
  );
  return after(position, (place: Position | undefined) => {
    const known = userGate?.start ?? place;
    return known ? { channel, position: known } : { channel };
  });
}
