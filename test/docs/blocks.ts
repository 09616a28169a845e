import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Block {
  /** Where it begins, such as `README.md:12`. */
  at: string;
  /** The first word after the fence. */
  kind: string;
  /** Marked with `run`. */
  run: boolean;
  /** Further words after the fence. */
  marks: string[];
  code: string;
}

/** README.md always, so that its absence shows. */
export function documents(): string[] {
  const docs = join(root, 'docs');
  const pages = existsSync(docs) ? readdirSync(docs, { recursive: true, encoding: 'utf8' }) : [];
  return [
    'README.md',
    'CONTRIBUTING.md',
    'gateway/README.md',
    ...pages.filter((page) => page.endsWith('.md')).map((page) => join('docs', page)),
  ];
}

/** The fenced code blocks of a page, also those within lists. */
export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^([ \t]*)```([^\n`]*)\n([\s\S]*?)^[ \t]*```[ \t]*$/gm)].map((match) => {
    const [, indent = '', info = '', code = ''] = match;
    const [kind = '', ...marks] = info.trim().split(/\s+/);
    return {
      at: `${document}:${text.slice(0, match.index).split('\n').length}`,
      kind,
      run: marks.includes('run'),
      marks,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}
