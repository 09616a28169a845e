/** A JSON Web Key Set, as its issuer publishes it. */
export interface PublicKeys {
  readonly keys: readonly object[];
}

/** A key set itself, or the address of one. Not in the words of `jose`, whose types no CommonJS module can have. */
export type KeySource = string | PublicKeys;
