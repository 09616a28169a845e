import { ERROR_CODES } from './error-codes';
import { type Family, single } from './family';
import type { GatewaySource } from './gateway-source';
import { counts, tally, timings } from './labelled';

const NONE_REFUSED = { limit: 0, rate_limited: 0 };

/** How long it takes, what goes wrong, and what is kept. */
export const WORK_FAMILIES: readonly Family<GatewaySource>[] = [
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
