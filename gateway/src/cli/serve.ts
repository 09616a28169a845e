import type { Gateway } from '../api';
import { resolveSettings, unknownVariables } from '../config';
import { composeGateway } from '../gateway';
import { createLogger, type Logger } from '../logger';
import { METRICS_PATH } from '../metrics/endpoint';
import type { Settings } from '../settings';
import { longestEnd } from '../shutdown';
import { endOnSignals } from '../signals';
import { makeGateway } from '../workers/current';
import { isWorkerProcess, runWorkers, startWorkers } from '../workers/run-workers';

/** Time for everything to end by itself after `close()`. */
const GRACE = 1500;

/** `toporia-gateway serve`: runs until SIGTERM or SIGINT. */
export async function serve(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = resolveSettings({ flags, env: process.env });
  if (isWorkerProcess()) {
    await runWorkers(settings.worker_num, () => serveAsWorker(settings));
    return;
  }
  const logger = createLogger(settings);
  for (const name of unknownVariables(process.env)) {
    logger.warn({ variable: name }, `${name} is not a setting of the gateway, so it is ignored`);
  }
  if (settings.worker_num > 1) await serveWithWorkers(settings, logger);
  else await serveAlone(settings, logger);
}

async function serveAlone(settings: Settings, logger: Logger): Promise<void> {
  const gateway = composeGateway(settings, { logger });
  const timeout = longestEnd(settings) + GRACE;
  endOnSignals({ timeout, close: () => gateway.close() }, logger);
  await listen(gateway);
  announce(settings, gateway.url, gateway.developmentMode, logger);
}

async function serveWithWorkers(settings: Settings, logger: Logger): Promise<void> {
  const { count, facts } = await startWorkers(settings.worker_num, { logger });
  const { url = '', developmentMode = false } = facts[0] ?? {};
  announce(settings, url, developmentMode, logger, count);
}

async function serveAsWorker(given: Settings): Promise<void> {
  const gateway = makeGateway(given, (settings, parts) => {
    const worker = parts.link?.who.id;
    return composeGateway(settings, { ...parts, logger: createLogger(settings, process.stdout, { worker }) });
  });
  await listen(gateway);
}

async function listen(gateway: Gateway): Promise<void> {
  try {
    await gateway.listen();
  } catch (error) {
    await gateway.close().catch(() => {});
    throw error;
  }
}

function announce(
  settings: Settings,
  url: string,
  developmentMode: boolean,
  logger: Logger,
  workers?: number,
): void {
  if (developmentMode) {
    logger.warn({}, 'development mode: no authentication is configured; set JWT_SECRET to end it');
  }
  const everywhere = /^(0\.0\.0\.0|::)$/.test(settings.host) ? ', and on every address of this machine' : '';
  const many = workers === undefined ? '' : `, with ${workers} workers`;
  logger.info({ url, ...(workers && { workers }) }, `listening on ${url}${everywhere}${many}`);
  const metrics = metricsAt(settings, url);
  if (metrics !== undefined) logger.info({ metrics }, `the metrics are at ${metrics}`);
  if (settings.demo) logger.info({}, `the demo chat is at ${url}/`);
}

/** Nothing for a port that the system chooses. */
function metricsAt({ metrics }: Settings, url: string): string | undefined {
  if (!metrics || metrics.port === 0) return undefined;
  const { host, port } = metrics;
  if (port === undefined) return url + METRICS_PATH;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${METRICS_PATH}`;
}
