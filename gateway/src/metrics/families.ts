import type { Server } from 'socket.io';
import type { Broker } from '../broker/broker';
import type { Limits } from '../limits/limits';
import type { Namespaces } from '../namespaces';
import type { Retention } from '../retention';
import { ERROR_CODES } from './error-codes';
import { type Family, type Sample, single } from './family';
import type { Meter, Tally, Timings } from './meter';
import type { Network } from './network';
import type { RoomCounts } from './room-counts';

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

const NONE_REFUSED = { limit: 0, rate_limited: 0 };
const TRANSPORTS = ['websocket', 'polling', 'webtransport'];
/** Engine.IO's, which are not all in its documentation. */
const REASONS = [
  'transport close',
  'transport error',
  'ping timeout',
  'parse error',
  'forced close',
  'forced server close',
  'server shutting down',
];

export const GATEWAY_FAMILIES: readonly Family<GatewaySource>[] = [
  single({
    name: 'toporia_ready',
    type: 'gauge',
    help: '1 while the gateway takes connections, 0 before and while it stops.',
    together: 'min',
    value: ({ isReady }) => Number(isReady()),
  }),
  {
    name: 'toporia_connections',
    type: 'gauge',
    help: 'Connections that are open, by transport; one that is in several namespaces counts once.',
    read: ({ io }) => transports(io),
  },
  {
    name: 'toporia_sockets',
    type: 'gauge',
    help: 'Sockets in the namespace "/" and in all others: a connection has one in each that it is in.',
    read: ({ namespaces }) => {
      const counts = { default: 0, named: 0 };
      for (const { name, namespace } of namespaces.spaces())
        counts[name === '/' ? 'default' : 'named'] += namespace.sockets.size;
      return Object.entries(counts).map(([namespace, count]): Sample => [count, { namespace }]);
    },
  },
  single({
    name: 'toporia_namespaces',
    type: 'gauge',
    help: 'Namespaces that are in use.',
    together: 'max',
    value: ({ namespaces }) => [...namespaces.spaces()].length,
  }),
  {
    name: 'toporia_rooms',
    type: 'gauge',
    help: 'Rooms that somebody is in on this node, by kind.',
    read: ({ rooms }) => counts(rooms().rooms, 'kind'),
  },
  {
    name: 'toporia_room_connections',
    type: 'gauge',
    help: 'Memberships: connections in rooms, one for each room that it is in, by kind of room.',
    read: ({ rooms }) => counts(rooms().connections, 'kind'),
  },
  single({
    name: 'toporia_presence_members',
    type: 'gauge',
    help: 'Users in presence rooms, one for each room that it is in; with a broker those on other nodes too.',
    together: 'max',
    value: ({ rooms }) => rooms().members,
  }),
  tally('toporia_connects_total', 'Connections that were opened, by transport.', 'transport', {
    of: ({ meter }) => meter.connects,
    keys: TRANSPORTS,
  }),
  tally('toporia_disconnects_total', 'Connections that ended, by reason.', 'reason', {
    of: ({ meter }) => meter.disconnects,
    keys: REASONS,
  }),
  tally('toporia_events_received_total', 'Events of clients, by kind; those of a batch too.', 'kind', {
    of: ({ meter }) => meter.received,
    keys: ['join', 'leave', 'auth', 'batch', 'presence', 'hello', 'message'],
  }),
  single({
    name: 'toporia_events_sent_total',
    type: 'counter',
    help: 'Events to clients, one for each receiver.',
    value: ({ limits }) => limits.counters.sent,
  }),
  tally(
    'toporia_published_total',
    'Messages to rooms and users, each once: relayed for a client, or of the program and backends.',
    'source',
    { of: ({ meter }) => meter.published, keys: ['client', 'server'] },
  ),
  single({
    name: 'toporia_received_bytes_total',
    type: 'counter',
    help: 'Bytes that came over TCP, requests to the HTTP API among them.',
    value: ({ network }) => network.totals().received,
  }),
  single({
    name: 'toporia_sent_bytes_total',
    type: 'counter',
    help: 'Bytes that were sent over TCP, what still waits for slow clients among them.',
    value: ({ network }) => network.totals().sent,
  }),
  timings('toporia_event_duration_seconds', 'From the receipt of an event to its acknowledgement.', 'kind', {
    of: ({ meter }) => meter.handled,
  }),
  timings(
    'toporia_authorization_duration_seconds',
    'The decision whether a client may join a room.',
    undefined,
    {
      of: ({ meter }) => meter.authorized,
    },
  ),
  timings(
    'toporia_broker_publish_duration_seconds',
    'Publishing by the broker, until it is done.',
    undefined,
    {
      of: ({ meter }) => meter.brokered,
    },
  ),
  tally('toporia_errors_total', 'Events that were answered with an error, by its code.', 'code', {
    of: ({ meter }) => meter.errors,
    keys: ERROR_CODES,
  }),
  {
    name: 'toporia_refusals_total',
    type: 'counter',
    help: 'What was refused because of a limit, by the code of the error.',
    read: ({ limits }) => counts({ ...NONE_REFUSED, ...limits.counters.refusals().by_code }, 'code'),
  },
  {
    name: 'toporia_limit_refusals_total',
    type: 'counter',
    help: 'The same by the limit, as it is called among the settings.',
    read: ({ limits }) => counts(limits.counters.refusals().by_limit, 'limit'),
  },
  {
    name: 'toporia_ended_connections_total',
    type: 'counter',
    help: 'Connections that were ended because of a limit; outgoing_buffer is a client that is too slow.',
    read: ({ limits }) => counts({ outgoing_buffer: 0, ...limits.counters.endings() }, 'limit'),
  },
  single({
    name: 'toporia_waiting_connections',
    type: 'gauge',
    help: 'Connections for which something waits that their clients have not taken yet.',
    value: ({ limits }) => limits.guard.waiting().connections,
  }),
  single({
    name: 'toporia_waiting_bytes',
    type: 'gauge',
    help: 'Bytes that wait for clients.',
    value: ({ limits }) => limits.guard.waiting().bytes,
  }),
  tally(
    'toporia_recoveries_total',
    'Joins that asked for what was missed, by whether they got all of it or were told of a gap.',
    'outcome',
    { of: ({ meter }) => meter.recoveries, keys: ['recovered', 'gap'] },
  ),
  single({
    name: 'toporia_room_log_rooms',
    type: 'gauge',
    help: 'Rooms whose logs have messages.',
    value: ({ retention }) => retention.log?.sizes().rooms ?? 0,
  }),
  single({
    name: 'toporia_room_log_messages',
    type: 'gauge',
    help: 'Messages in the logs of rooms.',
    value: ({ retention }) => retention.log?.sizes().messages ?? 0,
  }),
  single({
    name: 'toporia_room_log_bytes',
    type: 'gauge',
    help: 'Bytes that these take.',
    value: ({ retention }) => retention.log?.sizes().bytes ?? 0,
  }),
  single({
    name: 'toporia_remembered_ids',
    type: 'gauge',
    help: 'Messages with an id that would be known if they came once more.',
    value: ({ retention }) => retention.repeats.size,
  }),
  single({
    name: 'toporia_repeats_dropped_total',
    type: 'counter',
    help: 'Messages that came once more and were not done again.',
    value: ({ retention }) => retention.repeats.dropped,
  }),
  single({
    name: 'toporia_broker_up',
    type: 'gauge',
    help: '1 while what links the nodes can be reached, else 0; absent for a node that is alone.',
    together: 'min',
    value: ({ broker }) => broker && Number(broker.state.status === 'ready'),
  }),
  single({
    name: 'toporia_broker_nodes',
    type: 'gauge',
    help: 'Nodes that are alive, as this one sees it; absent for a node that is alone.',
    together: 'min',
    value: ({ broker }) => broker?.nodes().length,
  }),
  single({
    name: 'toporia_broker_reconnections_total',
    type: 'counter',
    help: 'How often it could be reached again after it could not.',
    value: ({ meter }) => meter.brokerReconnections,
  }),
];

/** Of each key, also of one that has not come yet, since a rate begins at 0; what is no key is `other`. */
function tally(
  name: string,
  help: string,
  label: string,
  { of, keys }: { of: (source: GatewaySource) => Tally<string>; keys: readonly string[] },
): Family<GatewaySource> {
  return {
    name,
    type: 'counter',
    help,
    read: (source) => {
      const found = new Map(keys.map((key) => [key, 0]));
      for (const [key, count] of of(source).entries()) {
        const known = found.has(key) ? key : 'other';
        found.set(known, (found.get(known) ?? 0) + count);
      }
      return [...found].map(([key, count]): Sample => [count, { [label]: key }]);
    },
  };
}

function timings(
  name: string,
  help: string,
  label: string | undefined,
  { of }: { of: (source: GatewaySource) => Timings<string> },
): Family<GatewaySource> {
  return {
    name,
    type: 'histogram',
    help: `${help} In seconds, by how it went.`,
    read: (source) =>
      [...of(source).entries()].map(
        ([kind, outcome, durations]): Sample => [durations, { ...(label && { [label]: kind }), outcome }],
      ),
  };
}

function transports(io: Server): Sample[] {
  const counts = new Map(TRANSPORTS.map((name) => [name, 0]));
  const { clients } = io.engine as unknown as { clients: Record<string, { transport: { name: string } }> };
  for (const { transport } of Object.values(clients))
    counts.set(transport.name, (counts.get(transport.name) ?? 0) + 1);
  return [...counts].map(([transport, count]): Sample => [count, { transport }]);
}

function counts(by: Readonly<Record<string, number | undefined>>, label: string): Sample[] {
  return Object.entries(by).map(([key, count]): Sample => [count ?? 0, { [label]: key }]);
}
