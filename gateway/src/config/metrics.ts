import type { MetricsSettings } from '../settings';
import { SettingsError } from './error';
import type { Reading } from './reading';
import { spelled } from './spelled';

/** What Prometheus exporters of Node use. */
const USUAL_PORT = 9464;

interface Given {
  readonly metrics: boolean | undefined;
  readonly metrics_key: string[];
  readonly metrics_port: number | undefined;
  readonly metrics_host: string | undefined;
}

/**
 * Where the figures are served. The gateway's own port, which may be everybody's, shows them to nobody without a key;
 * and the usual other port is this machine's alone, where nothing else is asked for.
 */
export function readMetrics(given: Given, reading: Reading): MetricsSettings | undefined {
  const { metrics, metrics_key: keys, metrics_port, metrics_host } = given;
  const hasKey = keys.length > 0;
  if (metrics === false) return undefined;
  if (metrics === undefined && !hasKey && metrics_port === undefined) {
    const source = reading.source('metrics_host');
    if (!source) return undefined;
    const name = spelled('metrics', source);
    throw new SettingsError(source.label, `${source.label} is given, so ${name} or a port must be too`);
  }
  const onOwnPort = hasKey && metrics_port === undefined && metrics_host === undefined;
  return {
    keys,
    host: metrics_host ?? '127.0.0.1',
    ...(!onOwnPort && { port: metrics_port ?? USUAL_PORT }),
  };
}
