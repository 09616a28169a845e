// A plain Socket.IO server, for both clients alike. Tells its port to the process that started it, and ends with it.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { message } from './messages.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });

io.on('connection', (socket) => {
  let id = 0;
  socket.on('toporia:hello', (_data, ack) => ack({ protocol: 1, features: [] }));
  socket.on('ask', (_data, ack) => ack({ status: 'ok' }));
  socket.on('pour', (count) => {
    for (let n = 0; n < count; n++) socket.emit('message.sent', ...message(`${socket.id}-${id++}`));
  });
});

http.listen(0, '127.0.0.1', () => process.send(http.address().port));
process.on('disconnect', () => process.exit());
