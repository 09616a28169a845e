// Two well-behaved clients beside the attack, one over WebSocket and one over polling, in a process of their own so that
// the attackers' work is not in their latency. Each sends the other a numbered stream through a room. Over IPC:
//   → { id, ask: 'phase', least }  ← { id, reply: { latencies } }: the ms that each acknowledgement took since the last
//                                    phase, as soon as there are at least so many
//   → { id, ask: 'stop', ticks }   ← { id, reply: { sent, received, ticks } }, when all that was sent has arrived
//   ← { fault }             whatever they should never see
import { io } from 'socket.io-client';

const [url, room] = process.argv.slice(2);
/** Ms between two messages of one client. */
const PACE = 4;

const fault = (text) => process.send({ fault: text });

let latencies = [];
const running = true;
let ticks = 0;
let onAnswer = () => {};

class Member {
  sent = 0;
  acknowledged = 0;
  received = 0;
  #wake = () => {};

  constructor(name, transport) {
    this.name = name;
    this.socket = io(url, { transports: [transport], forceNew: true, reconnection: false });
    this.socket.on(
      'disconnect',
      (reason) => running && fault(`the ${name} client lost its connection: ${reason}`),
    );
    this.socket.on('connect_error', (error) => fault(`the ${name} client: ${error.message}`));
    this.socket.on('number', (data) => {
      if (data.n !== this.received) fault(`the ${name} client got ${data.n} in place of ${this.received}`);
      this.received = data.n + 1;
      this.#wake();
    });
  }

  join() {
    return new Promise((resolve) => this.socket.emit('join', room, resolve));
  }

  send() {
    const begun = performance.now();
    this.socket.emit('number', { room, n: this.sent }, (reply) => {
      latencies.push(performance.now() - begun);
      this.acknowledged += 1;
      if (reply?.status !== 'ok') fault(`the ${this.name} client was answered ${JSON.stringify(reply)}`);
      this.#wake();
      onAnswer();
    });
    this.sent += 1;
  }

  /** Resolves when all of its messages are acknowledged, and so many of the other's are here. */
  async has(others) {
    while (this.acknowledged < this.sent || this.received < others) {
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const members = [new Member('WebSocket', 'websocket'), new Member('polling', 'polling')];
const [first, second] = members;
let onTick = () => {};
first.socket.on('tick', (n) => {
  if (n !== ticks) fault(`tick ${n} came in place of ${ticks}`);
  ticks = n + 1;
  onTick();
});

for (const member of members) {
  const reply = await member.join();
  if (reply.room !== room) fault(`the ${member.name} client could not join: ${JSON.stringify(reply)}`);
}
const timer = setInterval(() => {
  for (const member of members) member.send();
}, PACE);

const answers = {
  phase: async ({ least }) => {
    while (latencies.length < least) {
      await new Promise((resolve) => {
        onAnswer = resolve;
      });
    }
    const past = latencies;
    latencies = [];
    return { latencies: past };
  },
  stop: async ({ ticks: expected }) => {
    clearInterval(timer);
    await Promise.all([first.has(second.sent), second.has(first.sent)]);
    while (ticks < expected) {
      await new Promise((resolve) => {
        onTick = resolve;
      });
    }
    return { sent: members.map((each) => each.sent), received: members.map((each) => each.received), ticks };
  },
};

process.on('message', async (message) => {
  process.send({ id: message.id, reply: await answers[message.ask](message) });
});
process.on('disconnect', () => process.exit(0));
process.send({ url });
