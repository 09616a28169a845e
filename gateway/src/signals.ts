import type { Logger } from './logger';

/** What runs until it is told to end. */
export interface Running {
  /** Ms that its end may take. */
  readonly timeout: number;
  close(): Promise<void>;
  /** Where there is more to end at once than this process. */
  kill?(): void;
}

/** Ends it, and the process, on SIGTERM and SIGINT: on the first as it should end, on a second at once. */
export function endOnSignals(running: Running, logger: Logger): void {
  let closing = false;
  const end = async (signal: NodeJS.Signals, number: number) => {
    if (closing) {
      running.kill?.();
      process.exit(128 + number);
    }
    closing = true;
    logger.info({ signal }, 'closing; a second signal ends at once');
    // Nothing may keep the process up once its time is over.
    setTimeout(() => {
      running.kill?.();
      process.exit(0);
    }, running.timeout).unref();
    try {
      await running.close();
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
