// A built gateway in a process of its own, which can be killed. Its options come as JSON in the first argument.
import { createGateway } from '../../gateway/dist/index.js';

const gateway = createGateway({ env: {}, host: '127.0.0.1', port: 0, ...JSON.parse(process.argv[2]) });
await gateway.listen();
process.send({ url: gateway.url });
process.on('message', async () => {
  await gateway.close();
  process.disconnect();
});
