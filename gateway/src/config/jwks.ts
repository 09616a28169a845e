import { readFileSync } from 'node:fs';
import { isRecord } from '../../../src/protocol';
import type { KeySource } from '../auth/key-source';

const SHAPE = 'it must be a URL, the path of a JSON file, or an object { keys: [...] }';

/** Whether a value is a key set itself, and not one for each guard. */
export function isKeySet(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value.keys);
}

/** An address as it is, or the keys, read from their file. Throws an `Error` that says what is wrong. */
export function readKeySource(value: unknown): KeySource {
  if (isKeySet(value)) return checkKeys(value);
  const text = typeof value === 'string' ? value.trim() : '';
  if (!text) throw new Error(SHAPE);
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) throw new Error('that is not a URL');
    return text;
  }
  return checkKeys(readKeyFile(text));
}

function readKeyFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `the file "${path}" can't be read: ${code === 'ENOENT' ? 'there is no such file' : code}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the file "${path}" does not hold JSON`);
  }
}

function checkKeys(value: unknown): Exclude<KeySource, string> {
  const keys = isRecord(value) && Array.isArray(value.keys) ? value.keys : undefined;
  if (!keys?.length) throw new Error('it must hold { "keys": [ ... ] } with at least one key');
  for (const [index, key] of keys.entries()) {
    if (!isRecord(key) || typeof key.kty !== 'string') throw new Error(`keys[${index}] is not a JWK`);
    if (key.kty === 'oct') throw new Error(`keys[${index}] is a secret; give that as jwt_secret`);
    if (key.d !== undefined)
      throw new Error(`keys[${index}] is a private key, which the gateway must not have`);
  }
  return { keys };
}
