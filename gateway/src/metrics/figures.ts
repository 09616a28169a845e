import type { Server as HttpServer } from 'node:http';
import type { Logger } from '../logger';
import type { MetricsSettings } from '../settings';
import type { GatewayLink } from '../workers/gateway-link';
import { type AnswerMetrics, createAnswer, METRICS_PATH, MetricsServer } from './endpoint';
import { GATEWAY_FAMILIES } from './families';
import type { GatewaySource } from './gateway-source';
import { Health } from './health';
import { collect, type MetricJson, mergeMetrics } from './merge';
import { Network } from './network';
import { PROCESS_FAMILIES } from './process-families';
import { countRooms, type RoomCounts } from './room-counts';

export interface Figures {
  /** Begins to count; Socket.IO has to be at the server already. */
  watch(server: HttpServer): void;
  /** In the text that Prometheus reads. */
  text(): Promise<string>;
  /** Tells them at the gateway's own port; `undefined` where they have another. */
  readonly answer: AnswerMetrics | undefined;
  /** Listens at their own port, where they have one. */
  listen(): Promise<void>;
  /** Where they are told: at their own port, or at the gateway's. */
  urlBeside(gateway: string | undefined): string | undefined;
  /** Does not listen any more. */
  close(): void;
  /** Nothing is measured any more. */
  stop(): void;
}

/** What workers ask each other for their figures by. */
const QUESTION = 'metrics';

/** All figures of one gateway, and where they are told. */
export function createFigures(
  settings: MetricsSettings,
  parts: Omit<GatewaySource, 'network' | 'rooms'>,
  logger: Logger,
  link: GatewayLink | undefined,
): Figures {
  const health = new Health();
  const network = new Network();
  const read = (): MetricJson[] => {
    let counted: RoomCounts | undefined;
    const rooms = () => {
      counted ??= countRooms(parts.namespaces);
      return counted;
    };
    return [
      ...collect(GATEWAY_FAMILIES, { ...parts, network, rooms }),
      ...collect(PROCESS_FAMILIES, { health }),
    ];
  };
  link?.answer(QUESTION, read);
  const text = async () => mergeMetrics(link ? await everyWorkers(link) : [read()]);
  const options = { settings, text, failedKeys: parts.limits.failedKeys, logger };
  const isApart = settings.port !== undefined;
  let server: MetricsServer | undefined;
  const close = () => {
    server?.close();
    server = undefined;
  };
  return {
    watch(gateway) {
      network.watch(gateway);
      parts.meter.watch(parts.io);
    },
    text,
    answer: isApart ? undefined : createAnswer(options),
    async listen() {
      health.start();
      if (!isApart) return;
      server = new MetricsServer(options);
      await server.listen();
    },
    urlBeside(gateway) {
      if (isApart) return server?.url;
      return gateway && gateway + METRICS_PATH;
    },
    close,
    stop() {
      close();
      health.stop();
    },
  };
}

async function everyWorkers(link: GatewayLink): Promise<MetricJson[][]> {
  const answers = await link.gather(QUESTION);
  return answers.flatMap(({ answer }) => (Array.isArray(answer) ? [answer as MetricJson[]] : []));
}
