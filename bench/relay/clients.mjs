// The clients of one variant, in a process of their own: one sends to a room whenever it is told to, the others receive.

import { io } from 'socket.io-client';

/** Messages that are under way at once, the last with an ack. */
const STEP = 100;

const { url, messages, receivers } = JSON.parse(process.argv[2]);

const open = async () => {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  await socket.emitWithAck('join', 'room');
  return socket;
};

const sender = await open();
let received = 0;
let whenAll = () => {};
for (let n = 0; n < receivers; n++) {
  (await open()).on('chat', () => {
    received += 1;
    if (received === messages * receivers) whenAll();
  });
}
process.on('message', async () => {
  received = 0;
  const all = new Promise((resolve) => {
    whenAll = resolve;
  });
  for (let n = 0; n < messages; n += STEP) {
    for (let m = 1; m < STEP; m++) sender.emit('chat', { text: 'hello', n: n + m });
    const reply = await sender.emitWithAck('chat', { text: 'hello', n });
    if (reply.error) throw new Error(reply.error.message);
  }
  await all;
  process.send('done');
});
process.on('disconnect', () => process.exit());
process.send('ready');
