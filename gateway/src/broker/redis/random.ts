import { randomBytes } from 'node:crypto';

const epochs = randomBytes(9).toString('base64url');
let count = 0;

/** Each message brings one along, in case that its log begins anew, so it has to cost nothing. */
export function freshEpoch(): string {
  return `${epochs}${(count++).toString(36).padStart(8, '0')}`;
}

export function freshNode(): string {
  return randomBytes(12).toString('base64url');
}
