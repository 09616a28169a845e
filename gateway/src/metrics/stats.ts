import type { GatewayStats } from '../api';
import type { Limits } from '../limits/limits';
import type { Namespaces } from '../namespaces';

/** What `gateway.stats()` gives, as a plain object. */
export function statsOf(namespaces: Namespaces, { door, counters }: Limits): GatewayStats {
  let rooms = 0;
  for (const space of namespaces.spaces()) rooms += [...space.rooms()].length;
  return {
    connections: door.connections,
    rooms,
    refusals: counters.refusals(),
    ended: counters.endings(),
  };
}
