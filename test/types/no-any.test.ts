import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe('the published types', () => {
  it.each(['index.d.ts', 'index.d.cts', 'echo.d.ts', 'echo.d.cts'])('have no `any` in %s', (name) => {
    expect(linesWithAny(readFileSync(join(DIST, name), 'utf8'))).toEqual([]);
  });

  it('would be caught with one', () => {
    const source =
      '/** any */\nexport type Company = "any";\nexport declare function leak(a: Map<string, any>): void;';
    expect(linesWithAny(source)).toEqual(['export declare function leak(a: Map<string, any>): void;']);
  });
});
