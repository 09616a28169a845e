import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from '../api';
import { type Broker, BrokerError } from '../broker/broker';
import type { Hooked } from '../hooks/hooked';
import type { RequestInfo } from '../hooks/hooks';
import type { FailedKeys } from '../limits/failed-keys';
import type { Logger } from '../logger';
import { type AnswerMetrics, METRICS_PATH } from '../metrics/endpoint';
import { bearerCheck } from './authorize';
import { loadDemo } from './demo';
import { HttpError, notFound, sendError, sendJson, unavailable } from './reply';
import { API_ROUTES } from './routes';
import type { GatewayServer } from './server';

/** What else there is to answer, or to be told. */
export interface HttpParts {
  readonly broker?: Pick<Broker, 'state'> | undefined;
  readonly metrics?: AnswerMetrics | undefined;
  readonly hooked?: Hooked | undefined;
}

/**
 * Answers everything on the server that is not Socket.IO's: the API for backends, `/health`, `/ready`,
 * `/metrics` and the demo where settings ask for it.
 *
 * @throws {Error} when the demo's files are missing.
 */
export function attachHttpApi(
  server: GatewayServer,
  gateway: Gateway,
  logger: Logger,
  demoFolder?: string,
  failedKeys?: FailedKeys,
  { broker, metrics, hooked }: HttpParts = {},
): void {
  const { settings } = gateway;
  const demo = settings.demo ? loadDemo(demoFolder) : undefined;
  const authorize = bearerCheck(settings.api_keys);
  const socketPath = settings.socketio.path?.replace(/\/?$/, '/') ?? settings.path;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
    if (path === '/health')
      return allowGet(request, () => sendJson(request, response, 200, { status: 'ok' }));
    if (path === '/ready') {
      return allowGet(request, () =>
        sendJson(request, response, gateway.isReady ? 200 : 503, readiness(gateway, broker)),
      );
    }
    if (metrics && path === METRICS_PATH) return metrics(request, response);
    if (/^\/api(\/|$)/.test(path)) return api(request, response, path, search);
    if (demo?.has(path)) return allowGet(request, () => demo.send(path, request, response));
    throw notFound();
  }

  async function api(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    search: string,
  ): Promise<void> {
    // Without a key nobody could be let in, so there is no API to tell of.
    if (settings.api_keys.length === 0) throw notFound();
    const check = () => authorize(request.headers.authorization);
    if (failedKeys) failedKeys.check(request, check);
    else check();
    const routes = API_ROUTES.filter((route) => route.path.test(path));
    const route = routes.find(({ method }) => method === request.method);
    if (!route) throw routes.length > 0 ? wrongMethod(routes.map(({ method }) => method)) : notFound();
    const name = route.path.exec(path)?.[1] ?? '';
    const query = new URLSearchParams(search);
    const run = () => route.run({ request, query, gateway }, name);
    const info = () => requestInfo(request, route.name);
    sendJson(request, response, 200, await (hooked ? hooked.request(info, run) : run()));
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(socketPath)) return;
    answer(request, response).catch((error: unknown) => {
      if (error instanceof HttpError) return sendError(request, response, error);
      if (error instanceof BrokerError) return sendError(request, response, unavailable(error));
      logger.error({ err: error, method: request.method }, 'an HTTP request failed');
      sendError(request, response, new HttpError(500, 'internal', 'something went wrong in the gateway'));
    });
  });
}

function readiness(gateway: Gateway, broker: Pick<Broker, 'state'> | undefined) {
  const status = gateway.isReady ? 'ready' : 'not_ready';
  if (!broker) return { status };
  const { status: state, problem } = broker.state;
  return { status, broker: state, ...(problem !== undefined && { problem }) };
}

function requestInfo({ method = '', headers }: IncomingMessage, route: string): RequestInfo {
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);
  return { method, route, traceparent: one(headers.traceparent), tracestate: one(headers.tracestate) };
}

function allowGet(request: IncomingMessage, send: () => void): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(['GET', 'HEAD']);
  send();
}

function wrongMethod(allowed: string[]): HttpError {
  const list = allowed.join(', ');
  return new HttpError(405, 'method_not_allowed', `only ${list} is allowed here`, { Allow: list });
}
