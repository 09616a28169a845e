import { expect, it } from 'vitest';
import { pair } from '../cluster/support';
import { plain, startGateway } from '../core/support';
import { figuresOf } from './support';

const ON = { metrics: true, metrics_port: 0 } as const;

it('the figures tell of the broker: whether it is up, how long it takes, and what it refused', async () => {
  const { a, b } = await pair(ON);
  const one = await plain(a.gateway);
  const other = await plain(b.gateway);
  for (const each of [one, other]) await each.ask('join', 'room');
  const published = async () => {
    const figure = await figuresOf(a.gateway);
    const name = (outcome: string) => `toporia_broker_publish_duration_seconds_count{outcome="${outcome}"}`;
    return { ok: figure(name('ok')) ?? 0, error: figure(name('error')) ?? 0 };
  };
  await one.ask('chat', 1);
  await other.next('chat');
  const { ok } = await published();
  expect(ok).toBeGreaterThan(0);
  const up = await figuresOf(a.gateway);
  expect(up('toporia_broker_up')).toBe(1);
  expect(up('toporia_broker_nodes')).toBe(2);
  expect(up('toporia_broker_reconnections_total')).toBe(0);
  expect(up('toporia_published_total{source="client"}')).toBe(1);

  a.cut();
  expect(await one.ask('chat', 2)).toHaveProperty('error.code', 'unavailable');
  const down = await figuresOf(a.gateway);
  expect(down('toporia_broker_up')).toBe(0);
  expect(down('toporia_ready')).toBe(0);
  expect(down('toporia_errors_total{code="unavailable"}')).toBe(1);
  expect(await published()).toEqual({ ok, error: 1 });

  a.mend();
  await one.ask('chat', 3);
  const back = await figuresOf(a.gateway);
  expect(back('toporia_broker_up')).toBe(1);
  expect(back('toporia_broker_reconnections_total')).toBe(1);
});

it('and of none where there is none', async () => {
  const gateway = await startGateway(ON);
  expect(await gateway.metrics()).not.toMatch(/^toporia_broker_(up|nodes) /m);
  gateway.broadcast('room', 'news');
  gateway.sendToUser(1, 'news', 1, { namespace: ['/', '/chat'] });
  const figure = await figuresOf(gateway);
  expect(figure('toporia_published_total{source="server"}')).toBe(2);
});
