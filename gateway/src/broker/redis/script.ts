import { createHash } from 'node:crypto';

/** A script that Redis runs in one step. */
export interface Script {
  readonly source: string;
  readonly sha: string;
  /** Its first arguments are so many keys. */
  readonly keys: number;
}

export function script(keys: number, source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex'), keys };
}
