import { BOUNDS, Durations } from './durations';
import type { Family, Sample } from './family';

/** Figures of one name as prom-client writes them down, which can go from process to process as JSON. */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

/** Reads all figures of a process. */
export function collect<Source>(families: readonly Family<Source>[], source: Source): MetricJson[] {
  return families.map(({ name, help, type, together = 'sum', read }) => ({
    name,
    help,
    type,
    aggregator: together,
    values: [...read(source)].flatMap((sample) => valuesOf(name, sample)),
  }));
}

/**
 * The figures of one or of several processes in the text that Prometheus reads: sums, or what else they are together.
 * prom-client is loaded for that, and not before.
 */
export async function mergeMetrics(processes: readonly (readonly MetricJson[])[]): Promise<string> {
  const { AggregatorRegistry } = await import('prom-client');
  return AggregatorRegistry.aggregate([...processes]).metrics();
}

/** What the text is, in HTTP. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function valuesOf(name: string, [value, labels = {}]: Sample): MetricJson['values'] {
  if (!(value instanceof Durations)) return [{ value, labels }];
  const counts = value.cumulated();
  const buckets = counts.map((count, index) => ({
    value: count,
    labels: { ...labels, le: BOUNDS[index] ?? '+Inf' },
    metricName: `${name}_bucket`,
  }));
  return [
    ...buckets,
    { value: value.sum, labels, metricName: `${name}_sum` },
    { value: counts.at(-1) ?? 0, labels, metricName: `${name}_count` },
  ];
}
