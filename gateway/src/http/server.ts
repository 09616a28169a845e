import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import { loadTls } from '../config';
import type { Settings } from '../settings';

export type GatewayServer = HttpServer | HttpsServer;

/**
 * The HTTP server that the gateway listens with, https where `ssl` is on. It answers nothing yet.
 *
 * @throws {SettingsError} when the certificate or its key can't be used.
 */
export function createHttpServer(settings: Settings): GatewayServer {
  const tls = loadTls(settings);
  // Headers fit into seconds and a body into a minute; who dawdles longer only holds a socket.
  const options = { headersTimeout: 15_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 };
  return tls ? createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }) : createServer(options);
}
