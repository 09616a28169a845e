import type { IncomingHttpHeaders } from 'node:http';
import type { ServerOptions } from 'socket.io';
import type { Settings } from './settings';

/** What the settings mean to Socket.IO. Its raw options win, also over the `adapter` of the gateway's own. */
export function socketOptions(
  settings: Settings,
  adapter?: ServerOptions['adapter'],
): Partial<ServerOptions> {
  const { heartbeat_check_interval, heartbeat_idle_time, cors_origins } = settings;
  // The one who has a use for them: what it passes on to the application is of listed origins alone.
  const credentials = settings.auth_endpoint !== undefined && cors_origins !== '*';
  return {
    path: settings.path,
    pingInterval: heartbeat_check_interval * 1_000,
    // Silence is counted from the ping on.
    pingTimeout: (heartbeat_idle_time - heartbeat_check_interval) * 1_000,
    maxHttpBufferSize: settings.limits.max_payload,
    connectTimeout: settings.limits.connect_timeout,
    cors: { origin: cors_origins, credentials },
    // It tells its version, and what the pages of this gateway load they have of their own.
    serveClient: false,
    allowRequest: handshakeCheck(cors_origins),
    ...(adapter !== undefined && { adapter }),
    ...settings.socketio,
  };
}

type AllowRequest = NonNullable<ServerOptions['allowRequest']>;

/**
 * Browsers apply CORS to polling alone: a WebSocket from a foreign page has to be turned away here. And JSONP, which Engine.IO
 * still speaks where it is asked to, though no client of today does: a script of a foreign page comes without an origin.
 */
function handshakeCheck(origins: Settings['cors_origins']): AllowRequest {
  return (request, decide) => {
    if (new URLSearchParams(request.url?.split('?')[1]).has('j')) {
      decide('JSONP is not served.', false);
      return;
    }
    const { origin } = request.headers;
    const allowed =
      origins === '*' ||
      origin === undefined ||
      origins.includes(origin) ||
      isPageOf(origin, request.headers);
    decide(allowed ? null : 'This origin may not connect.', allowed);
  };
}

/** Whether a page is of the very host that its request went to. */
export function isPageOf(origin: string, { host }: IncomingHttpHeaders): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
