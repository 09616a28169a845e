// What it costs each message to be counted and measured, and to pass hooks that do nothing.
//
//   npm run build && node bench/metrics/relay.mjs

import { FAR, measureRelay, relayArguments } from '../relay/measure.mjs';

const hooks = {
  event: (_info, run) => void run(),
  publish: (_info, run) => void run(),
  join: (_info, run) => void run(),
};
const how = relayArguments();
await measureRelay(
  [
    { name: 'plain', options: { limits: FAR } },
    { name: 'metrics', options: { limits: FAR, metrics_port: 0 } },
    { name: 'hooks', options: { limits: FAR, hooks } },
  ],
  how,
);
