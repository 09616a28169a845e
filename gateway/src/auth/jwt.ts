import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { GatewayErrorCode } from '../../../src/protocol';
import type { User } from '../api';

/** Why a token was refused, in words that may be told to the client. */
export class TokenRefused extends Error {
  constructor(
    readonly code: GatewayErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'TokenRefused';
  }
}

const DEFAULT_GUARD = 'default';

/** Checks HS256 tokens with the secret of their guard. */
export class TokenVerifier {
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** `secrets` by guard. */
  constructor(secrets: Readonly<Record<string, string>>) {
    this.#keys = new Map(
      Object.entries(secrets)
        .filter(([, secret]) => secret !== '')
        .map(([guard, secret]) => [guard, createSecretKey(Buffer.from(secret, 'utf8'))]),
    );
  }

  /** Whether there is any secret to check a token with. */
  get configured(): boolean {
    return this.#keys.size > 0;
  }

  /** The user that the token stands for. Rejects with `TokenRefused`. */
  async verify(token: unknown, guard: unknown = DEFAULT_GUARD): Promise<User> {
    if (!this.configured) {
      throw new TokenRefused('unauthorized', 'This gateway has no secret to check tokens with (JWT_SECRET).');
    }
    if (typeof token !== 'string' || !token) {
      throw new TokenRefused('unauthorized', 'The token must be a JWT, as a string.');
    }
    const key = typeof guard === 'string' ? this.#keys.get(guard) : undefined;
    if (!key) throw new TokenRefused('unauthorized', 'There is no such guard.');
    return toUser(await claimsOf(token, key), guard as string);
  }
}

async function claimsOf(token: string, key: KeyObject): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload;
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): TokenRefused {
  if (error instanceof errors.JWTExpired) return new TokenRefused('token_expired', 'The token has expired.');
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new TokenRefused('unauthorized', 'The token must be signed with HS256.');
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
