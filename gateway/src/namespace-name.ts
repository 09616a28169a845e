import { MAX_NAMESPACE_NAME } from './limits';

/** `chat` and `/chat` are the same namespace. */
export function withSlash(namespace: string): string {
  return namespace.startsWith('/') ? namespace : `/${namespace}`;
}

/** Says what is wrong with a namespace, or `undefined` where nothing is. */
export function namespaceProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'it must be a string';
  if (name === '/') return undefined;
  if (name.length > MAX_NAMESPACE_NAME + 1) return `it may have at most ${MAX_NAMESPACE_NAME} characters`;
  if (!/^\/[\w./:-]+$/.test(name)) return 'it may hold only A-Z a-z 0-9 _ . / : -';
  return name.includes('..') ? 'it may not hold ".."' : undefined;
}
