import { randomBytes } from 'node:crypto';

export function freshEpoch(): string {
  return randomBytes(9).toString('base64url');
}

export function freshNode(): string {
  return randomBytes(12).toString('base64url');
}
