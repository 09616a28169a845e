import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/capacity';
import { gone, plain, SECRET, sdk, startGateway, user } from '../core/support';
import { makeCertificate, temporaryFolder } from '../edge/support';
import { figuresOf } from './support';

const ON = { metrics: true, metrics_port: 0 } as const;

describe('the figures of a gateway', () => {
  it('count connections, sockets, rooms and members', async () => {
    const gateway = await startGateway({ ...ON, jwt_secret: SECRET });
    const one = await user(gateway, 1);
    const other = await user(gateway, 2, '/chat');
    const polling = await plain(gateway, '/', { transports: ['polling'] });
    await one.ask('join', 'news');
    await one.ask('join', 'presence-room');
    await other.ask('join', 'presence-room');
    await polling.ask('join', 'news');
    const open = await figuresOf(gateway);
    expect(open('toporia_ready')).toBe(1);
    expect(open('toporia_connections{transport="websocket"}')).toBe(2);
    expect(open('toporia_connections{transport="polling"}')).toBe(1);
    expect(open('toporia_sockets{namespace="default"}')).toBe(2);
    expect(open('toporia_sockets{namespace="named"}')).toBe(1);
    expect(open('toporia_rooms{kind="public"}')).toBe(1);
    expect(open('toporia_rooms{kind="presence"}')).toBe(2);
    expect(open('toporia_room_connections{kind="public"}')).toBe(2);
    expect(open('toporia_presence_members')).toBe(2);
    expect(open('toporia_connects_total{transport="polling"}')).toBe(1);

    const closed = once(gateway.io.sockets.sockets.get(one.id)?.conn as Engine, 'close');
    one.socket.disconnect();
    await closed;
    const after = await figuresOf(gateway);
    expect(after('toporia_connections{transport="websocket"}')).toBe(1);
    expect(after('toporia_connects_total{transport="websocket"}')).toBe(2);
    expect(after('toporia_disconnects_total{reason="transport close"}')).toBe(1);
    expect(after('toporia_presence_members')).toBe(1);
  });

  it('count events that come and go, and how long they took', async () => {
    const gateway = await startGateway(ON);
    const sender = await plain(gateway);
    const receivers = await Promise.all([plain(gateway), plain(gateway)]);
    for (const each of [sender, ...receivers]) await each.ask('join', 'room');
    const before = await figuresOf(gateway);
    await sender.ask('chat', { n: 1 });
    await sender.ask('batch', [
      ['chat', { n: 2 }],
      ['chat', { n: 3, room: 'elsewhere' }],
    ]);
    await sender.ask('toporia:own', 1);
    for (const each of receivers) await each.next('chat');
    gateway.broadcast('room', 'news', 1);
    for (const each of receivers) await each.next('news');
    const after = await figuresOf(gateway);
    const grown = (name: string) => (after(name) ?? 0) - (before(name) ?? 0);
    expect(grown('toporia_events_received_total{kind="message"}')).toBe(4);
    expect(grown('toporia_events_received_total{kind="batch"}')).toBe(1);
    expect(grown('toporia_events_sent_total')).toBe(2 * 2 + 3);
    expect(grown('toporia_event_duration_seconds_count{kind="message",outcome="ok"}')).toBe(1);
    expect(grown('toporia_event_duration_seconds_count{kind="message",outcome="error"}')).toBe(1);
    expect(grown('toporia_event_duration_seconds_count{kind="batch",outcome="ok"}')).toBe(1);
    expect(grown('toporia_errors_total{code="reserved_event"}')).toBe(1);
    expect(after('toporia_event_duration_seconds_bucket{kind="join",outcome="ok",le="+Inf"}')).toBe(3);
    expect(after('toporia_event_duration_seconds_sum{kind="join",outcome="ok"}')).toBeGreaterThan(0);
    expect(after('toporia_authorization_duration_seconds_count{outcome="ok"}')).toBe(3);
  });

  it('measure an event from when it came, its wait for earlier ones included', async () => {
    const gateway = await startGateway(ON);
    let answer = () => {};
    let started = () => {};
    const begun = new Promise<void>((resolve) => {
      started = resolve;
    });
    gateway.of('/').on('slow', () => {
      started();
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    });
    const one = await plain(gateway);
    const slow = one.ask('slow');
    const waiting = one.ask('join', 'room');
    await begun;
    const since = performance.now();
    while (performance.now() - since < 30) await new Promise((resolve) => setImmediate(resolve));
    answer();
    await Promise.all([slow, waiting]);
    const figure = await figuresOf(gateway);
    expect(figure('toporia_event_duration_seconds_sum{kind="join",outcome="ok"}')).toBeGreaterThan(0.02);
  });

  it('give programs no way to make labels without number', async () => {
    const gateway = await startGateway(ON);
    gateway.of('/').on('odd', (data) => ({ error: { code: data, message: 'no' } }));
    const one = await plain(gateway);
    for (const code of ['own-1', 'own-2', { toString: 1 }]) await one.ask('odd', code);
    for (let n = 0; n < 5; n++) await one.ask(`event-${n}`, n);
    const text = await gateway.metrics();
    expect(text).toMatch(/^toporia_errors_total\{code="other"\} 3$/m);
    expect(text).not.toMatch(/own-|event-\d/);
  });

  it('count bytes as the system does, over TLS too', async () => {
    const files = makeCertificate(temporaryFolder());
    for (const tls of [{}, { ssl: true, ...files }]) {
      const gateway = await startGateway({ ...ON, ...tls });
      const one = await plain(gateway, '/', { rejectUnauthorized: false });
      const before = await figuresOf(gateway);
      await one.ask('join', 'room');
      await one.ask('chat', 'x'.repeat(100_000));
      const during = await figuresOf(gateway);
      const received =
        (during('toporia_received_bytes_total') ?? 0) - (before('toporia_received_bytes_total') ?? 0);
      expect(received).toBeGreaterThan(100_000);
      expect(received).toBeLessThan(105_000);
      const away = gone(gateway, one);
      one.socket.disconnect();
      await away;
      gateway.broadcast('room', 'nobody', 1);
      const after = await figuresOf(gateway);
      expect(after('toporia_received_bytes_total')).toBeGreaterThanOrEqual(
        during('toporia_received_bytes_total') ?? 0,
      );
      expect(after('toporia_sent_bytes_total')).toBeGreaterThanOrEqual(
        during('toporia_sent_bytes_total') ?? 0,
      );
    }
  });

  it('count refusals, recoveries, repeats, and what the logs hold', async () => {
    const gateway = await startGateway({
      ...ON,
      limits: { rooms_per_connection: 1, namespaces_per_connection: 1 },
    });
    const one = await sdk(gateway);
    const joined = (await one.askAll('join', 'room')) as { position: { epoch: string; offset: number } };
    await one.ask('join', 'another');
    await one.ask('chat', 1, { id: 'a' });
    await one.ask('chat', 1, { id: 'a' });
    await one.ask('leave', 'room');
    await one.ask('join', { room: 'room', since: joined.position });
    await one.ask('leave', 'room');
    await one.ask('join', { room: 'room', since: { epoch: 'another', offset: 1 } });
    const figure = await figuresOf(gateway);
    expect(figure('toporia_refusals_total{code="limit"}')).toBe(1);
    expect(figure('toporia_limit_refusals_total{limit="rooms_per_connection"}')).toBe(1);
    expect(figure('toporia_repeats_dropped_total')).toBe(1);
    expect(figure('toporia_remembered_ids')).toBe(1);
    expect(figure('toporia_recoveries_total{outcome="recovered"}')).toBe(1);
    expect(figure('toporia_recoveries_total{outcome="gap"}')).toBe(1);
    expect(figure('toporia_room_log_rooms')).toBe(1);
    expect(figure('toporia_room_log_messages')).toBe(1);
    expect(figure('toporia_room_log_bytes')).toBeGreaterThan(0);
    expect(figure('toporia_ended_connections_total{limit="outgoing_buffer"}')).toBe(0);
    expect(figure('toporia_waiting_bytes')).toBe(0);
  });

  it('tell of the process', async () => {
    const gateway = await startGateway(ON);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const since = performance.now();
    while (performance.now() - since < 60);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const figure = await figuresOf(gateway);
    expect(figure('nodejs_eventloop_lag_seconds{stat="max"}')).toBeGreaterThan(0.03);
    expect(figure('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(figure('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(figure('nodejs_eventloop_utilization')).toBeGreaterThan(0);
  });

  it('are none where they are off', async () => {
    const gateway = await startGateway();
    expect(gateway.metricsUrl).toBeUndefined();
    await expect(gateway.metrics()).rejects.toThrow('metrics: true');
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  });
});
