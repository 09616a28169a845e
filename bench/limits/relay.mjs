// What the limits and the rooms' logs cost each message: CPU time of the gateway for an event that is relayed to a room,
// with them and without, in turns. `--against=<index.js of another build>` measures that build as well.
//
//   npm run build && node bench/limits/relay.mjs

import { FAR, measureRelay, relayArguments } from '../relay/measure.mjs';

const { against, ...how } = relayArguments({ against: { type: 'string' } });
const off = { messages_per_second: 0, joins_per_second: 0, bytes_per_second: 0, outgoing_buffer: 0 };
const variants = [
  { name: 'all', options: { limits: FAR } },
  { name: 'no limits', options: { limits: off } },
  { name: 'no room log', options: { limits: FAR, room_log: false } },
];
if (against) variants.push({ name: 'other build', build: against, options: { limits: FAR } });
await measureRelay(variants, how);
