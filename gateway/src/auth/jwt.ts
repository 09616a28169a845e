import { createSecretKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { GatewayErrorCode } from '../../../src/protocol';
import type { User } from '../api';
import { type KeySet, KeysUnavailable } from './key-set';

/** Why a token was refused, in words that may be told to the client. */
export class TokenRefused extends Error {
  constructor(
    readonly code: GatewayErrorCode,
    message: string,
    /** Ms after which the same token may be taken. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'TokenRefused';
  }
}

const DEFAULT_GUARD = 'default';

/** Longest token, in characters. */
const MAX_TOKEN = 16_384;

/** Ms after which a client may try again while the keys cannot be had. */
const RETRY_AFTER = 2_000;

export interface VerifierOptions {
  /** HS256 secrets by guard. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Public keys by guard. */
  readonly keySets?: ReadonlyMap<string, KeySet>;
  /** Where tokens must come from, and whom they must be for; anywhere, and anyone, where these are empty. */
  readonly issuers?: readonly string[];
  readonly audiences?: readonly string[];
  /** Ms by which clocks may differ. */
  readonly tolerance?: number;
}

/** Checks tokens by the guard that they are said to be of: HS256 with its secret, others with its public keys. */
export class TokenVerifier {
  readonly #secrets: ReadonlyMap<string, KeyObject>;
  readonly #keySets: ReadonlyMap<string, KeySet>;
  readonly #claims: JWTVerifyOptions;

  constructor({
    secrets,
    keySets = new Map(),
    issuers = [],
    audiences = [],
    tolerance = 0,
  }: VerifierOptions) {
    this.#secrets = new Map(
      Object.entries(secrets)
        .filter(([, secret]) => secret !== '')
        .map(([guard, secret]) => [guard, createSecretKey(Buffer.from(secret, 'utf8'))]),
    );
    this.#keySets = keySets;
    this.#claims = {
      clockTolerance: tolerance / 1_000,
      ...(issuers.length > 0 && { issuer: [...issuers] }),
      ...(audiences.length > 0 && { audience: [...audiences] }),
    };
  }

  /** Whether there is anything to check a token with. */
  get configured(): boolean {
    return this.#secrets.size > 0 || this.#keySets.size > 0;
  }

  /** The user that the token stands for. Rejects with `TokenRefused`. */
  async verify(token: unknown, guard: unknown = DEFAULT_GUARD): Promise<User> {
    if (!this.configured) {
      throw new TokenRefused('unauthorized', 'This gateway has no secret to check tokens with (JWT_SECRET).');
    }
    if (typeof token !== 'string' || !token) {
      throw new TokenRefused('unauthorized', 'The token must be a JWT, as a string.');
    }
    if (token.length > MAX_TOKEN) throw new TokenRefused('unauthorized', 'The token is too long.');
    const secret = typeof guard === 'string' ? this.#secrets.get(guard) : undefined;
    const keySet = typeof guard === 'string' ? this.#keySets.get(guard) : undefined;
    // What a token says of its algorithm only chooses between the two; each takes its own algorithms alone.
    const bySecret = secret && (!keySet || saysHs256(token));
    const check = bySecret ? this.#bySecret(token, secret) : keySet?.verify(token, this.#claims);
    if (!check) throw new TokenRefused('unauthorized', 'There is no such guard.');
    const claims = await check.catch((error: unknown) => {
      throw refusal(error, secret, keySet);
    });
    return toUser(claims, guard as string);
  }

  async #bySecret(token: string, secret: KeyObject): Promise<JWTPayload> {
    return (await jwtVerify(token, secret, { ...this.#claims, algorithms: ['HS256'] })).payload;
  }
}

function saysHs256(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg === 'HS256';
  } catch {
    return false;
  }
}

function refusal(error: unknown, secret: KeyObject | undefined, keySet: KeySet | undefined): TokenRefused {
  if (error instanceof KeysUnavailable) {
    return new TokenRefused(
      'internal',
      'The keys to check tokens with cannot be had at the moment; try again.',
      RETRY_AFTER,
    );
  }
  if (error instanceof errors.JWTExpired) return new TokenRefused('token_expired', 'The token has expired.');
  if (error instanceof errors.JOSEAlgNotAllowed) {
    const wanted = [secret && 'HS256', keySet && 'an algorithm with a public key'].filter(Boolean);
    return new TokenRefused('unauthorized', `The token must be signed with ${wanted.join(' or ')}.`);
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return new TokenRefused('unauthorized', "The token's key is not known.");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new TokenRefused('unauthorized', "The token's signature does not match.");
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefused('unauthorized', `The token's claim "${error.claim}" does not hold.`);
  }
  return new TokenRefused('unauthorized', 'The token is not a valid JWT.');
}

function toUser(claims: JWTPayload, guard: string): User {
  // PHP signs numbers: 7 and "7" are the same user.
  const subject: unknown = claims.sub;
  const id = typeof subject === 'number' ? String(subject) : subject;
  if (typeof id !== 'string' || !id) {
    throw new TokenRefused('unauthorized', 'The token has no "sub" claim to tell the user by.');
  }
  const name = claims.name ?? claims.username;
  // Of all claims the other members see the name alone: not the address, not the roles.
  return { id, guard, info: typeof name === 'string' ? { name } : {}, claims };
}
