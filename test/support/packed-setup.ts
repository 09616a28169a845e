import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Packed, packBoth } from './packed';

declare module 'vitest' {
  interface ProvidedContext {
    packed: Packed;
  }
}

/** Packs and installs both packages once for all of the package tests. */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'toporia-packed-'));
  project.provide('packed', packBoth(folder));
  return () => rm(folder, { recursive: true, force: true });
}
