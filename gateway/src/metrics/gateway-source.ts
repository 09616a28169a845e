import type { Server } from 'socket.io';
import type { Broker } from '../broker/broker';
import type { Limits } from '../limits/limits';
import type { Namespaces } from '../namespaces';
import type { Retention } from '../retention';
import type { Meter } from './meter';
import type { Network } from './network';
import type { RoomCounts } from './room-counts';

/** Where the figures of a gateway come from. */
export interface GatewaySource {
  readonly io: Server;
  readonly namespaces: Namespaces;
  readonly limits: Limits;
  readonly retention: Retention;
  readonly meter: Meter;
  readonly network: Network;
  readonly rooms: () => RoomCounts;
  readonly isReady: () => boolean;
  /** What links the nodes; `undefined` for a node that is alone. */
  readonly broker: Broker | undefined;
}
