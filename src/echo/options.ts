import type { RealtimeOptions, ToporiaRealtime } from '../index';
import { type EchoAuthorizer, roomAuthorizer } from './authorizer';
import type { EventNamespace } from './event-names';

/** Options of `new Echo({ broadcaster: ToporiaConnector, … })`; those of the SDK and of Socket.IO pass through. */
export interface ToporiaEchoOptions extends Omit<RealtimeOptions, OwnOption> {
  /** The gateway, such as `http://localhost:3000`; in a page the default is the page's own server. */
  host?: string | null;
  /** A client to use instead of one of Echo's own. It keeps its options; `disconnect()` disconnects it. */
  client?: ToporiaRealtime;
  /** What the connection is authenticated with, such as a JWT, or a (async) function that is asked anew each time. */
  token?: RealtimeOptions['auth'];
  /**
   * Where private and presence channels are authorized. Default `/broadcasting/auth`, or none where there is a `token`.
   * `''` is none: the gateway alone decides.
   */
  authEndpoint?: string | null;
  /** Headers of that request. They are read at each, so they may be changed. */
  auth?: { headers?: Record<string, string> };
  /** Sent there as `Authorization: Bearer …`. */
  bearerToken?: string | null | (() => string | Promise<string>);
  /** Sent there as `X-CSRF-TOKEN`; default is the page's own, where the endpoint begins with `/`. */
  csrfToken?: string | null;
  /** Asked instead of an endpoint, in the form that Laravel documents. */
  authorizer?: EchoAuthorizer;
  /** The PHP namespace of events that are named without a leading dot. Default `App.Events`; `false` is none. */
  namespace?: EventNamespace;
}

type OwnOption =
  | 'auth'
  | 'authEndpoint'
  | 'authHeaders'
  | 'authorizer'
  | 'bearerToken'
  | 'csrfToken'
  | 'host';

/** Options of Echo's that mean nothing to the SDK, or something else. */
const NOT_PASSED =
  /^(broadcaster|host|key|client|token|auth\w*|bearerToken|csrfToken|namespace|userAuthentication|withoutInterceptors|Pusher|cluster)$/;

/** The options of the client that Echo gets. Headers and tokens are read from `options` at each request. */
export function realtimeOptions(options: ToporiaEchoOptions): RealtimeOptions {
  const { token, authorizer, authEndpoint = token ? '' : '/broadcasting/auth' } = options;
  const passed = Object.fromEntries(Object.entries(options).filter(([name]) => !NOT_PASSED.test(name)));
  const csrfToken = options.csrfToken ?? laravelToken(authEndpoint);
  return {
    ...passed,
    ...(token && { auth: token }),
    ...(authEndpoint && { authEndpoint }),
    ...(authorizer && { authorizer: roomAuthorizer(authorizer, options) }),
    ...(csrfToken && { csrfToken }),
    authHeaders: () => options.auth?.headers ?? {},
    bearerToken: async () => (await asked(options.bearerToken)) ?? '',
  };
}

const asked = (given: ToporiaEchoOptions['bearerToken']) => (typeof given === 'function' ? given() : given);

/** What older Laravel pages set; it is for the page's own server alone. */
function laravelToken(endpoint: string | null): string | undefined {
  const { Laravel } = globalThis as { Laravel?: { csrfToken?: string } };
  return endpoint && /^\/\w/.test(endpoint) ? Laravel?.csrfToken : undefined;
}
