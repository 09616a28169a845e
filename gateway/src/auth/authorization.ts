import { AuthEndpoint } from '../echo/auth-endpoint';
import type { Logger } from '../logger';
import type { Settings } from '../settings';
import { RuleBook } from './channel-rules';
import { defaultJoinPolicy, type JoinPolicy } from './join-policy';
import { TokenVerifier } from './jwt';
import { KeySet } from './key-set';
import type { ChannelRules } from './rule-types';
import { Signatures } from './signatures';

/** Who anybody is, and who may do what, by the settings and the program's rules. */
export interface Authorization {
  readonly verifier: TokenVerifier;
  readonly policy: JoinPolicy;
  /** Nothing is configured that could tell one client from another. */
  readonly developmentMode: boolean;
  readonly anonymousPresence: boolean;
  /** Where the application is asked, if it is. */
  readonly endpoint: AuthEndpoint | undefined;
  readonly rules: { readonly book: RuleBook } | undefined;
}

/** @throws {SettingsError} for a rule that is wrong. */
export function createAuthorization(
  settings: Settings,
  channels: ChannelRules | undefined,
  logger: Logger,
): Authorization {
  const verifier = new TokenVerifier({
    secrets: settings.jwt_secrets,
    keySets: new Map(
      Object.entries(settings.jwks).map(([guard, keys]) => [guard, new KeySet(keys, { logger })]),
    ),
    issuers: settings.jwt_issuers,
    audiences: settings.jwt_audiences,
    tolerance: settings.jwt_clock_tolerance,
  });
  const { app_key, app_secrets } = settings;
  const signatures = app_key === undefined ? undefined : new Signatures(app_key, app_secrets);
  const { auth_endpoint: url } = settings;
  const endpoint = url === undefined ? undefined : new AuthEndpoint({ url, settings, logger });
  const book = new RuleBook(channels);
  const calls = { timeout: settings.limits.authorize_timeout, logger };
  const rules = book.size > 0 ? { book, calls, tellOpen: openRoomTeller(logger) } : undefined;
  const developmentMode = !verifier.configured && !signatures && !rules && !endpoint;
  const anonymousPresence = settings.anonymous_presence ?? developmentMode;
  const policy = defaultJoinPolicy({ anonymousPresence, signatures, endpoint, rules });
  return { verifier, policy, developmentMode, anonymousPresence, endpoint, rules };
}

/** Whoever wrote the rule may believe that it guards this room; once a pattern, as anybody can make it be said. */
function openRoomTeller(logger: Logger) {
  const told = new Set<string>();
  return (pattern: string, room: string) => {
    if (told.has(pattern)) return;
    told.add(pattern);
    const message = `"${room}" is a public room, open to all: the rule "${pattern}" is asked for private and presence rooms`;
    logger.warn({ pattern, room }, message);
  };
}
