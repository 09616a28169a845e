import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwksCache,
  jwtVerify,
} from 'jose';
import type { Logger } from '../logger';
import type { KeySource } from './key-source';

/** Algorithms with a public key, which alone a key set holds: never HS256, for which that key would be the secret. */
export const ASYMMETRIC = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** The keys cannot be had at the moment, which is no fault of the token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface KeySetOptions {
  readonly logger: Logger;
  /** Ms for which fetched keys are not fetched again, though a token names another. */
  readonly cooldown?: number;
  /** Ms for which keys that could not be fetched are not asked for again. */
  readonly pause?: number;
}

/** The public keys of a guard, fetched when they are first needed, and again when a token names one that is new. */
export class KeySet {
  readonly #keys: JWTVerifyGetKey;
  readonly #remote: ReturnType<typeof createRemoteJWKSet> | undefined;
  readonly #logger: Logger;
  readonly #pause: number;
  /** Filled by `jose` at each fetch; `uat` is its time. */
  readonly #fetched: JWKSCacheInput = {};
  #failing = false;
  #fetchedBefore: number | undefined;
  #pausedUntil = 0;

  constructor(source: KeySource, { logger, cooldown = 30_000, pause = 1_000 }: KeySetOptions) {
    this.#logger = logger;
    this.#pause = pause;
    if (typeof source === 'string') {
      this.#remote = createRemoteJWKSet(new URL(source), {
        cooldownDuration: cooldown,
        [jwksCache]: this.#fetched,
      });
      this.#keys = this.#remote;
    } else {
      this.#keys = createLocalJWKSet(source as JSONWebKeySet);
    }
  }

  /** The claims of a token that one of the keys signed. Rejects with an error of `jose`, or with `KeysUnavailable`. */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const asymmetric = { ...options, algorithms: ASYMMETRIC };
    try {
      return (await jwtVerify(token, this.#key, asymmetric)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // The token does not name its key, and several are of its kind.
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, asymmetric)).payload;
        } catch (mismatch) {
          if (!(mismatch instanceof errors.JWSSignatureVerificationFailed)) throw mismatch;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  readonly #key: JWTVerifyGetKey = async (header, token) => {
    if (Date.now() < this.#pausedUntil) return this.#knownKey(header, token);
    try {
      const key = await this.#keys(header, token);
      this.#works();
      return key;
    } catch (error) {
      if (isOfToken(error)) {
        this.#works();
        throw error;
      }
      this.#fails(error);
      throw new KeysUnavailable();
    }
  };

  /** Nobody's token with a key that has to be looked up may keep out those whose keys are known. */
  readonly #knownKey: JWTVerifyGetKey = async (header, token) => {
    const known = this.#remote?.fresh ? this.#remote.jwks() : undefined;
    if (!known) throw new KeysUnavailable();
    try {
      return await createLocalJWKSet(known)(header, token);
    } catch (error) {
      throw error instanceof errors.JWKSNoMatchingKey ? new KeysUnavailable() : error;
    }
  };

  /** A key that is known from before says nothing of the server. */
  #works(): void {
    if (this.#fetched.uat === this.#fetchedBefore) return;
    if (this.#failing) this.#logger.info({}, 'the key set can be had again');
    this.#failing = false;
  }

  /** Said once, however many clients come meanwhile; and nobody makes the gateway hammer a server that is down. */
  #fails(error: unknown): void {
    if (!this.#failing) this.#logger.error({ err: error }, 'the key set to check tokens with cannot be had');
    this.#failing = true;
    this.#fetchedBefore = this.#fetched.uat;
    if (this.#remote) this.#pausedUntil = Date.now() + this.#pause;
  }
}

/** The keys are there, but none is the token's. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
