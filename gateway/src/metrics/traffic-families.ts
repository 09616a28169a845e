import type { Server } from 'socket.io';
import { type Family, type Sample, single } from './family';
import type { GatewaySource } from './gateway-source';
import { counts, tally } from './labelled';

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

/** Who is here, and what comes and goes. */
export const TRAFFIC_FAMILIES: readonly Family<GatewaySource>[] = [
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
];

function transports(io: Server): Sample[] {
  const counts = new Map(TRANSPORTS.map((name) => [name, 0]));
  const { clients } = io.engine as unknown as { clients: Record<string, { transport: { name: string } }> };
  for (const { transport } of Object.values(clients))
    counts.set(transport.name, (counts.get(transport.name) ?? 0) + 1);
  return [...counts].map(([transport, count]): Sample => [count, { transport }]);
}
