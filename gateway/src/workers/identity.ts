import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Under which name a worker finds in its environment who it is. */
export const IDENTITY = 'TOPORIA_WORKER';

/** What makes a worker one of several. */
export interface Identity {
  /** The same for all workers of one primary, and unlike that of any other. */
  readonly run: string;
  /** From 1, never given twice. */
  readonly id: number;
  /** From 0; who takes another's place has its slot. */
  readonly slot: number;
  /** How many slots there are. */
  readonly count: number;
}

/** The worker that this process is, if it is one. */
export function readIdentity(text: string | undefined): Identity | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Identity);
}

/** Where a worker takes what others have got of its clients. Nothing but processes of this machine reaches it. */
export function insideAddress({ run }: Identity, worker: number, unit: number): string {
  const name = `toporia-${run}-${worker}-${unit}`;
  // No file, so that none is left behind, whatever ends the process.
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** The part of a whole number that one of `count` slots has. None has nothing. */
export function shareOf(whole: number, { slot, count }: Identity): number {
  return Math.max(1, Math.floor(whole / count) + (slot < whole % count ? 1 : 0));
}
