// A program of its users that runs as workers. Its options come as JSON in the first argument.
import { createGateway, runWorkers } from '../../dist/index.js';

const { fails, ...options } = JSON.parse(process.argv[2]);

const workers = await runWorkers(2, async () => {
  if (fails) throw new Error('no database');
  const gateway = createGateway({ host: '127.0.0.1', port: 0, shutdown_timeout: 500, ...options });
  const about = ({ socket }) => ({
    pid: process.pid,
    address: socket.handshake.address,
    transport: socket.conn.transport.name,
  });
  gateway.of('/').on('about', (_data, context) => about(context));
  gateway.of('/').on('all', async () => (await gateway.io.fetchSockets()).map(({ id }) => id));
  gateway.of('/').on('shout', (data) => void gateway.io.emit('shouted', data, new Uint8Array([7])));
  await gateway.listen();
});
if (workers) console.log(JSON.stringify({ url: workers.urls[0], count: workers.count }));
