// A gateway of the last build in a process of its own, with limits that none of the clients meets.
import { createGateway } from '../../gateway/dist/index.js';
import { answer, argumentsOf } from '../crowd/process.mjs';

const { redis } = argumentsOf();
const gateway = createGateway({
  host: '127.0.0.1',
  port: 0,
  ...(redis ? { broker: 'redis', redis: { host: '127.0.0.1', port: redis } } : {}),
  limits: {
    messages_per_second: 1_000_000,
    messages_burst: 10_000_000,
    bytes_per_second: 1_000_000_000,
    bytes_burst: 1_000_000_000,
    connects_per_second: 0,
    connections_per_address: 0,
    pending_handshakes: 0,
  },
});
await gateway.listen();
while ((await fetch(`${gateway.url}/ready`)).status !== 200) await new Promise((go) => setTimeout(go, 50));

answer({
  url: () => gateway.url,
  /** Ms of processor time since the process began. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  },
});
