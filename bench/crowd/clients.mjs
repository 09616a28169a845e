// A share of one contender's clients.
import { setTimeout as after } from 'node:timers/promises';
import { CONTENDERS } from './contenders.mjs';
import { Network } from './network.mjs';
import { presencesOf } from './presences.mjs';
import { answer, argumentsOf } from './process.mjs';
import { randomOf } from './random.mjs';
import { Tally } from './tally.mjs';

const { contender, count, seed, presence: share } = argumentsOf();
const presences = share && presencesOf(share.clients).slice(share.first);
const connect = await CONTENDERS[contender].client();
const random = randomOf(seed);
/** Connecting at once would be another test. */
const AT_ONCE = 50;

/** When each try to connect was made, in ms since 1970. */
let attempts = [];
let isCutting = false;
const clients = [];

function open(url, presence) {
  const tally = new Tally();
  const network = new Network(() => attempts.push(Date.now()));
  return new Promise((resolve) => {
    const up = Object.assign(() => tally.up(), {
      inRoom() {
        tally.inRoom();
        resolve();
      },
    });
    const hear = (message) => tally.hear(message);
    const client = connect(url, { agent: network, hear, up, down: () => tally.down(), presence });
    clients.push({ tally, network, presence, ...client });
  });
}

const cutFor = (offline, { tally, network }) => {
  tally.cut();
  network.cut(offline);
};

/** About every `every` ms, the first time at any moment of the first such span. */
async function cutAgainAndAgain(client, every, offline) {
  await after(random() * every);
  while (isCutting) {
    cutFor(offline, client);
    await after(every * (0.8 + random() * 0.4));
  }
}

answer({
  async open({ url }) {
    for (let n = 0; n < count; n += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, m) =>
        open(url, presences?.[n + m]),
      );
      await Promise.all(some);
    }
    attempts = [];
  },
  startCutting({ every, offline }) {
    isCutting = true;
    for (const client of clients) cutAgainAndAgain(client, every, offline);
  },
  stopCutting() {
    isCutting = false;
  },
  /** From now on it counts how long they are away. */
  watch() {
    for (const { tally } of clients) tally.cut();
  },
  progress: () => ({
    up: clients.filter(({ tally }) => tally.isUp).length,
    received: clients.reduce((sum, { tally }) => sum + tally.received, 0),
  }),
  /** How many have another roster than those that share the room. */
  wrongRosters: () =>
    clients.filter(({ roster, presence }) => `${roster().sort()}` !== `${presence.users}`).length,
  report: () => ({
    received: clients.map(({ tally }) => tally.received),
    repeats: clients.reduce((sum, { tally }) => sum + tally.repeats, 0),
    late: clients.reduce((sum, { tally }) => sum + tally.late, 0),
    live: clients.flatMap(({ tally }) => tally.live),
    recovered: clients.flatMap(({ tally }) => tally.recovered),
    away: clients.flatMap(({ tally }) => tally.away),
    attempts,
  }),
  close() {
    for (const client of clients) client.close();
  },
});
