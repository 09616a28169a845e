// One of the two nodes, in a process of its own.
import { setTimeout as after } from 'node:timers/promises';
import { answer, argumentsOf } from '../crowd/process.mjs';
import { WAYS } from './ways.mjs';

const { name, way, port } = argumentsOf();
const now = () => Number(process.hrtime.bigint() / 1_000n);
const FILLER = 'x'.repeat(150);

/** What was heard, in its order: who sent it, its number, and after how many µs it came. */
let heard = [];
let refused = 0;
/** How often it was told that something may be lost. */
let gaps = 0;
let whenHeard = () => {};

function hear({ from, n, at }) {
  heard.push([from, n, now() - at]);
  whenHeard();
}
hear.gap = () => {
  gaps += 1;
};

const { publish } = await WAYS[way]({ port, hear, name });

function send(n) {
  publish({ from: name, n, at: now(), text: FILLER }).catch(() => {
    refused += 1;
  });
}

answer({
  reset() {
    heard = [];
    refused = 0;
    gaps = 0;
  },
  /** `count` messages, with so many at most on their way to the other node, which publishes as many. */
  async flood({ count, window }) {
    const before = process.cpuUsage();
    const start = now();
    for (let n = 1; n <= count; n++) {
      send(n);
      if (n % 20 === 0) {
        const behind = () => 2 * n - heard.length > window;
        while (behind()) {
          await new Promise((resolve) => {
            whenHeard = resolve;
          });
        }
      }
    }
    while (heard.length < 2 * count) {
      await new Promise((resolve) => {
        whenHeard = resolve;
      });
    }
    const { user, system } = process.cpuUsage(before);
    return { took: (now() - start) / 1e3, cpu: (user + system) / 1e3 };
  },
  /** So many a second, for so many ms, evenly. */
  async stream({ rate, lasting }) {
    const start = now();
    let n = 0;
    while (now() - start < lasting * 1e3) {
      const due = Math.floor(((now() - start) / 1e6) * rate);
      while (n < due) send(++n);
      await after(1);
    }
    return n;
  },
  heard: () => ({ heard, refused, gaps }),
});
