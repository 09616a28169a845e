import { type Broker, BrokerError } from '../broker/broker';
import type { Room } from '../room';
import type { Message } from './message';
import { Payload } from './payload';

/**
 * Publishes a message to all nodes. What no log keeps only holds for a moment: nobody waits for it, and `here` delivers
 * it to the members on this node where the others can't be reached.
 */
export function throughBroker(
  broker: Broker,
  rooms: readonly Pick<Room, 'key'>[],
  message: Message,
  except: ReadonlySet<string>,
  here: () => void,
): undefined | Promise<void> {
  if (rooms.length === 0) return undefined;
  const { event, args, id, timestamp, sender, notFor, once = false } = message;
  const published = broker.publish(
    rooms.map(({ key }) => key),
    {
      event,
      payload: new Payload(args),
      id,
      timestamp,
      sender,
      notFor: notFor ?? [],
      except: [...except],
      volatile: !notFor,
      once: once && notFor !== undefined,
    },
  );
  if (notFor) return published.then(() => {});
  published.catch((error: unknown) => {
    if (!(error instanceof BrokerError && error.maybeDone)) here();
  });
  return undefined;
}
