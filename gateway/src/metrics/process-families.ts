import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Family, type Sample, single } from './family';
import type { Health } from './health';

export interface ProcessSource {
  readonly health: Health;
}

/** The names are those that dashboards for Node and Prometheus know already. */
export const PROCESS_FAMILIES: readonly Family<ProcessSource>[] = [
  {
    name: 'nodejs_eventloop_lag_seconds',
    type: 'gauge',
    help: 'How late the event loop was since the last scrape: mean, median, 99th percentile and longest.',
    together: 'max',
    read: ({ health }) => Object.entries(health.lag()).map(([stat, value]): Sample => [value, { stat }]),
  },
  single({
    name: 'nodejs_eventloop_utilization',
    type: 'gauge',
    help: 'Share of the time since the last scrape in which the event loop was busy, from 0 to 1.',
    together: 'max',
    value: ({ health }) => health.utilization(),
  }),
  {
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    help: 'How long garbage collection took, by its kind.',
    read: ({ health }) => [...health.collections()].map(([kind, durations]): Sample => [durations, { kind }]),
  },
  single({
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    help: 'JavaScript heap in use.',
    value: () => process.memoryUsage().heapUsed,
  }),
  single({
    name: 'nodejs_heap_size_total_bytes',
    type: 'gauge',
    help: 'JavaScript heap that is set aside.',
    value: () => process.memoryUsage().heapTotal,
  }),
  single({
    name: 'nodejs_external_memory_bytes',
    type: 'gauge',
    help: 'Memory of buffers and the like, outside the heap.',
    value: () => process.memoryUsage().external,
  }),
  single({
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the process in all.',
    value: () => process.memoryUsage.rss(),
  }),
  single({
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the process, user and system.',
    value: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  }),
  single({
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process started, in seconds since 1970; the oldest, where there are several.',
    together: 'min',
    value: () => performance.timeOrigin / 1_000,
  }),
  single({
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open file descriptors, connections among them; on Linux.',
    value: openFiles,
  }),
  {
    name: 'toporia_gateway_info',
    type: 'gauge',
    help: 'Always 1; its labels tell the versions of the gateway and of Node.',
    together: 'max',
    read: () => [[1, { version: __VERSION__, node: process.version }]],
  },
];

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
