import type { Gateway } from '../api';
import { resolveSettings, unknownVariables } from '../config';
import { composeGateway } from '../gateway';
import { createLogger, type Logger } from '../logger';
import { longestEnd } from '../shutdown';

/** Time for everything to end by itself after `close()`. */
const GRACE = 1500;

/** `toporia-gateway serve`: runs until SIGTERM or SIGINT. */
export async function serve(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = resolveSettings({ flags, env: process.env });
  const logger = createLogger(settings);
  for (const name of unknownVariables(process.env)) {
    logger.warn({ variable: name }, `${name} is not a setting of the gateway, so it is ignored`);
  }
  const gateway = composeGateway(settings, { logger });
  closeOnSignals(gateway, logger);
  try {
    await gateway.listen();
  } catch (error) {
    await gateway.close().catch(() => {});
    throw error;
  }
  if (gateway.developmentMode) {
    logger.warn({}, 'development mode: no authentication is configured; set JWT_SECRET to end it');
  }
  const everywhere = /^(0\.0\.0\.0|::)$/.test(settings.host) ? ', and on every address of this machine' : '';
  logger.info({ url: gateway.url }, `listening on ${gateway.url}${everywhere}`);
  if (settings.demo) logger.info({}, `the demo chat is at ${gateway.url}/`);
}

function closeOnSignals(gateway: Gateway, logger: Logger): void {
  let closing = false;
  const end = async (signal: NodeJS.Signals, number: number) => {
    if (closing) process.exit(128 + number);
    closing = true;
    logger.info({ signal }, 'closing; a second signal ends at once');
    // Nothing may keep the process up once its time is over.
    setTimeout(() => process.exit(0), longestEnd(gateway.settings) + GRACE).unref();
    try {
      await gateway.close();
      logger.info({}, 'closed');
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'closing failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void end(signal, 15));
  process.on('SIGINT', (signal) => void end(signal, 2));
}
