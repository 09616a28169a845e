// All clients of a variant, in a process of their own.
import { setTimeout as after } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { answer, argumentsOf, machineTime } from '../crowd/process.mjs';

const { urls, senders: senderCount, receivers: receiverCount } = argumentsOf();
/** Messages that a sender has under way at once, the last of them with an ack. */
const STEP = 50;
const TEXT = 'x'.repeat(100);

let opened = 0;
let received = 0;
let delays = [];
let whenReceived = () => {};

async function open(room) {
  const socket = io(urls[opened++ % urls.length], { transports: ['websocket'], forceNew: true });
  const reply = await socket.emitWithAck('join', room);
  if (reply.error) throw new Error(reply.error.message);
  return socket;
}

async function member() {
  const socket = await open('room');
  socket.on('chat', ({ at }) => {
    received += 1;
    if (at) delays.push(Number(machineTime() - BigInt(at)) / 1e6);
    whenReceived();
  });
  return socket;
}

const senders = [];
for (let n = 0; n < senderCount; n++) senders.push(await member());
for (let n = 0; n < receiverCount; n++) await member();
const each = senderCount + receiverCount - 1;

async function all(count) {
  while (received < count * each) {
    await new Promise((resolve) => {
      whenReceived = resolve;
    });
  }
}

/** Those who fill a presence room. */
const crowds = new Map();

answer({
  ready: () => true,
  /** So many messages in all, as fast as their acks come. */
  async flood({ count }) {
    received = 0;
    const start = performance.now();
    await Promise.all(
      senders.map(async (sender) => {
        for (let n = 0; n < count / senderCount; n += STEP) {
          for (let m = 1; m < STEP; m++) sender.emit('chat', { text: TEXT, room: 'room' });
          const reply = await sender.emitWithAck('chat', { text: TEXT, room: 'room' });
          if (reply.error) throw new Error(reply.error.message);
        }
      }),
    );
    await all(count);
    return performance.now() - start;
  },
  /** One after the other, `pace` ms apart. */
  async paced({ count, pace }) {
    received = 0;
    delays = [];
    for (let n = 0; n < count; n++) {
      senders[n % senderCount].emit('chat', { text: TEXT, room: 'room', at: `${machineTime()}` });
      await after(pace);
    }
    await all(count);
    return delays;
  },
  async fill({ room, count }) {
    const members = [];
    // Not all at once: the handshakes of a thousand take their time.
    for (let n = 0; n < count; n += 50) {
      members.push(...(await Promise.all(Array.from({ length: Math.min(50, count - n) }, () => open(room)))));
    }
    crowds.set(room, members);
  },
  /** So many more, one after the other. */
  async enter({ room, count }) {
    for (let n = 0; n < count; n++) crowds.get(room).push(await open(room));
  },
  empty({ room }) {
    for (const socket of crowds.get(room)) socket.disconnect();
  },
});
