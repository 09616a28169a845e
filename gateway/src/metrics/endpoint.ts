import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { bearerCheck } from '../http/authorize';
import { HttpError, notFound, sendError } from '../http/reply';
import type { FailedKeys } from '../limits/failed-keys';
import { listenOn, urlOf } from '../listening';
import type { Logger } from '../logger';
import type { MetricsSettings } from '../settings';
import { METRICS_TYPE } from './merge';

export const METRICS_PATH = '/metrics';

export interface EndpointOptions {
  readonly settings: MetricsSettings;
  readonly text: () => Promise<string>;
  readonly failedKeys: FailedKeys;
  readonly logger: Logger;
}

/** Answers who asks for the figures, if it may have them. */
export type AnswerMetrics = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Throws an `HttpError` for who may not. */
export function createAnswer({ settings, text, failedKeys }: EndpointOptions): AnswerMetrics {
  const authorize = bearerCheck(settings.keys);
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError(405, 'method_not_allowed', 'only GET, HEAD is allowed here', {
        Allow: 'GET, HEAD',
      });
    }
    if (settings.keys.length > 0) failedKeys.check(request, () => authorize(request.headers.authorization));
    const body = Buffer.from(await text());
    if (response.destroyed) return;
    response.writeHead(200, {
      'Content-Type': METRICS_TYPE,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

/** A port of its own, at which there is nothing but the figures. */
export class MetricsServer {
  readonly #server: HttpServer;
  readonly #settings: MetricsSettings;

  constructor(options: EndpointOptions) {
    const answer = createAnswer(options);
    this.#settings = options.settings;
    this.#server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
      const path = request.url?.split('?', 1)[0];
      const answered = path === METRICS_PATH ? answer(request, response) : Promise.reject(notFound());
      answered.catch((error: unknown) => {
        if (error instanceof HttpError) return sendError(request, response, error);
        options.logger.error({ err: error }, 'the metrics could not be told');
        sendError(request, response, new HttpError(500, 'internal', 'something went wrong in the gateway'));
      });
    });
  }

  /** Where the figures are, such as `http://127.0.0.1:9464/metrics`; none while it does not listen. */
  get url(): string | undefined {
    const url = urlOf(this.#server.address() as AddressInfo | null, false);
    return url && url + METRICS_PATH;
  }

  async listen(): Promise<void> {
    const { port = 0, host } = this.#settings;
    const another = {
      port: '--metrics-port or REALTIME_METRICS_PORT',
      host: '--metrics-host or REALTIME_METRICS_HOST',
    };
    await listenOn(this.#server, port, host, another);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
