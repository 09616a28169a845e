import { expect, it } from 'vitest';
import { Durations } from '../../src/metrics/durations';
import type { Family } from '../../src/metrics/family';
import { collect, mergeMetrics } from '../../src/metrics/merge';
import { plain } from '../core/support';
import { served } from '../edge/cli-support';
import { figuresIn } from './support';

interface Source {
  readonly count: number;
  readonly up: boolean;
  readonly durations: Durations;
}

const FAMILIES: readonly Family<Source>[] = [
  { name: 'a_total', type: 'counter', help: 'a', read: ({ count }) => [[count], [count, { kind: 'b"\\' }]] },
  { name: 'up', type: 'gauge', help: 'b', together: 'min', read: ({ up }) => [[Number(up)]] },
  { name: 'worst', type: 'gauge', help: 'c', together: 'max', read: ({ count }) => [[count]] },
  { name: 'time', type: 'histogram', help: 'd', read: ({ durations }) => [[durations, { kind: 'x' }]] },
];

it('makes one of the figures of several processes', async () => {
  const durations = new Durations();
  durations.observe(0.0001);
  durations.observe(0.003);
  durations.observe(60);
  const processes = [
    { count: 1, up: true, durations },
    { count: 5, up: false, durations },
  ].map((source) => collect(FAMILIES, source));
  // As it comes from another process.
  const figures = figuresIn(await mergeMetrics(JSON.parse(JSON.stringify(processes))));
  expect(figures.get('a_total')).toBe(6);
  expect(figures.get('a_total{kind="b\\"\\\\"}')).toBe(6);
  expect(figures.get('up')).toBe(0);
  expect(figures.get('worst')).toBe(5);
  expect(figures.get('time_bucket{kind="x",le="0.0001"}')).toBe(2);
  expect(figures.get('time_bucket{kind="x",le="0.0025"}')).toBe(2);
  expect(figures.get('time_bucket{kind="x",le="0.005"}')).toBe(4);
  expect(figures.get('time_bucket{kind="x",le="10"}')).toBe(4);
  expect(figures.get('time_bucket{kind="x",le="+Inf"}')).toBe(6);
  expect(figures.get('time_count{kind="x"}')).toBe(6);
  expect(figures.get('time_sum{kind="x"}')).toBeCloseTo(120.0062);
});

it('whichever worker is asked, it tells of all', async () => {
  const { run, url } = await served(['--workers=2', '--metrics-key=the-key']);
  await run.prints(/the metrics are at http:\S+\/metrics/);
  const gateway = { url } as Parameters<typeof plain>[0];
  for (let n = 0; n < 4; n++) await (await plain(gateway)).ask('join', 'presence-room');
  for (let n = 0; n < 4; n++) {
    const response = await fetch(`${url}/metrics`, {
      headers: { authorization: 'Bearer the-key', connection: 'close' },
    });
    const figures = figuresIn(await response.text());
    expect(figures.get('toporia_connections{transport="websocket"}')).toBe(4);
    expect(figures.get('toporia_room_connections{kind="presence"}')).toBe(4);
    expect(figures.get('toporia_presence_members')).toBe(4);
    expect(figures.get('toporia_broker_nodes')).toBe(2);
  }
});
