import type { GatewayStats } from '../api';
import type { Broker } from '../broker/broker';
import type { Limits } from '../limits/limits';
import type { Namespaces } from '../namespaces';
import type { Retention } from '../retention';

/** What `gateway.stats()` gives, as a plain object. */
export function statsOf(
  namespaces: Namespaces,
  { door, counters }: Limits,
  { log, repeats }: Retention,
  broker: Broker | undefined,
): GatewayStats {
  let rooms = 0;
  for (const space of namespaces.spaces()) rooms += [...space.rooms()].length;
  return {
    connections: door.connections,
    rooms,
    refusals: counters.refusals(),
    ended: counters.endings(),
    room_log: log?.sizes() ?? { rooms: 0, messages: 0, bytes: 0 },
    remembered_ids: repeats.size,
    ...(broker && { broker: { ...broker.state, node: broker.node, nodes: broker.nodes().length } }),
  };
}
