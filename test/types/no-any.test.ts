import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../../dist');

/** The lines of a declaration file that have the type `any` in them. */
function linesWithAny(source: string): string[] {
  const file = ts.createSourceFile('types.d.ts', source, ts.ScriptTarget.Latest, true);
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      lines.push(source.split('\n')[line]?.trim() ?? '');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}

/** The types of each entry, and what they import: an earlier build may have left others. */
function declarationFiles(): string[] {
  const found = new Set(readdirSync(DIST).filter((name) => /\.d\.c?ts$/.test(name)));
  for (const name of found) {
    const imports = readFileSync(join(DIST, name), 'utf8').matchAll(/from '(\.[^']*)\.(c?)js'/g);
    for (const [, path = '', c] of imports) found.add(join(dirname(name), `${path}.d.${c}ts`));
  }
  return [...found];
}

describe('the published types', () => {
  it.each(declarationFiles())('have no `any` in %s', (name) => {
    expect(linesWithAny(readFileSync(join(DIST, name), 'utf8'))).toEqual([]);
  });

  it('would be caught with one', () => {
    const source =
      '/** any */\nexport type Company = "any";\nexport declare function leak(a: Map<string, any>): void;';
    expect(linesWithAny(source)).toEqual(['export declare function leak(a: Map<string, any>): void;']);
  });
});
