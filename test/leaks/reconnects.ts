import { getEventListeners } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { ToporiaRealtime } from '../../src';
import { ManualClock } from '../support/manual-clock';
import { next, startGateway } from '../support/realtime-pair';
import { holdings } from './holdings';

/** They all come from one address, and much faster than clients do that wait between two tries. */
const ANY_RATE = { limits: { connects_per_second: 0 } } as const;

/** A client whose clock stands still, so that its timers can be counted. It comes back without delay. */
class Counted {
  readonly clock = new ManualClock();
  readonly realtime: ToporiaRealtime;
  /** One that is refused waits for a clock that stands still. */
  readonly #refused: Promise<never>;

  constructor(url: string) {
    this.clock.chance = 0;
    this.realtime = new ToporiaRealtime(url, { clock: this.clock, transports: ['websocket'] });
    this.realtime.on('reconnecting', () => this.clock.advance(0));
    this.#refused = next<Error>(this.realtime, 'connect_error').then((error) => {
      throw error;
    });
    this.#refused.catch(() => {});
    onTestFinished(() => {
      this.realtime.disconnect();
    });
  }

  async back(): Promise<void> {
    await Promise.race([next(this.realtime, 'reconnected'), this.#refused]);
  }

  holdings(): Record<string, number> {
    return holdings(this.realtime.getSocket(), this.clock);
  }
}

/** Everything that a client can begin, so that each of its ends is seen: answer, timeout, abort, loss, leaving. */
async function doEverything(client: Counted, n: number, signal: AbortSignal): Promise<string[]> {
  const { realtime, clock } = client;
  const heard = () => {};
  const off = realtime.on('message', heard);
  const room = realtime.channel(`room-${n}`);
  room.on('message', heard);
  await room.ready;
  await room.request('echo', n);
  const aborted = new AbortController();
  const outcomes = [
    room.request('never', n, { timeout: 1_000 }),
    room.request('never', n, { signal: aborted.signal }),
    room.request('never', n, { signal }),
    realtime.join(`other-${n}`, { signal: AbortSignal.abort() }),
  ].map((outcome) => outcome.catch(({ code }) => code));
  aborted.abort();
  clock.advance(1_000);
  room.typing.start();
  const streams = [room.events('message'), realtime.events('message', { signal: aborted.signal })];
  await Promise.all(streams.map((stream) => stream.return?.()));
  const back = client.back();
  realtime.getSocket().io.engine.close();
  await back;
  off();
  await room.leave();
  return (await Promise.all(outcomes)) as string[];
}

/** Lets several clients be cut off that many times in all, and counts what they hold before and after. */
export async function reconnectWithoutLeak(reconnects: number): Promise<void> {
  const gateway = await startGateway(ANY_RATE);
  const clients = Array.from({ length: 20 }, () => new Counted(gateway.url));
  await Promise.all(
    clients.map(async ({ realtime }) => {
      await realtime.join('presence-lobby', { info: { name: 'one' } });
      realtime.channel('presence-lobby').on('message', () => {});
    }),
  );
  const cutAll = async () => {
    const back = clients.map((client) => client.back());
    gateway.dropConnections();
    await Promise.all(back);
  };
  await cutAll();
  const before = clients.map((client) => client.holdings());
  for (let n = 0; n < reconnects; n += clients.length) await cutAll();
  expect(clients.map((client) => client.holdings())).toEqual(before);
  for (const { realtime, clock } of clients) {
    realtime.disconnect();
    expect(clock.pending).toBe(0);
  }
}

/** Lets one client do everything that many times. */
export async function useWithoutLeak(times: number): Promise<void> {
  const gateway = await startGateway(ANY_RATE);
  gateway.of('/').on('echo', (data) => data);
  gateway.of('/').on('never', () => new Promise(() => {}));
  const client = new Counted(gateway.url);
  const { signal } = new AbortController();
  await doEverything(client, 0, signal);
  const before = client.holdings();
  for (let n = 1; n <= times; n++) {
    const outcomes = await doEverything(client, n, signal);
    expect(outcomes).toEqual(['timeout', 'aborted', 'connection_lost', 'aborted']);
  }
  expect(client.holdings()).toEqual(before);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  client.realtime.disconnect();
  expect(client.clock.pending).toBe(0);
  expect(client.realtime.getRooms()).toEqual([]);
}
