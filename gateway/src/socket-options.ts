import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'socket.io';
import type { Settings } from './settings';

/** What the settings mean to Socket.IO. Its raw options win. */
export function socketOptions(settings: Settings): Partial<ServerOptions> {
  const { heartbeat_check_interval, heartbeat_idle_time, cors_origins } = settings;
  return {
    path: settings.path,
    pingInterval: heartbeat_check_interval * 1_000,
    // Silence is counted from the ping on.
    pingTimeout: (heartbeat_idle_time - heartbeat_check_interval) * 1_000,
    maxHttpBufferSize: settings.limits.max_payload,
    connectTimeout: settings.limits.connect_timeout,
    cors: { origin: cors_origins },
    ...(cors_origins !== '*' && { allowRequest: originCheck(cors_origins) }),
    ...settings.socketio,
  };
}

type AllowRequest = NonNullable<ServerOptions['allowRequest']>;

/** Browsers apply CORS to polling alone: a WebSocket from a foreign page has to be turned away here. */
function originCheck(origins: readonly string[]): AllowRequest {
  return (request, decide) => {
    const { origin } = request.headers;
    const allowed = origin === undefined || origins.includes(origin) || isOwnPage(origin, request);
    decide(allowed ? null : 'This origin may not connect.', allowed);
  };
}

/** A page that the gateway serves itself. */
function isOwnPage(origin: string, request: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}
