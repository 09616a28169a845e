import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { walk } from 'estree-walker';
import MagicString from 'magic-string';
import { minify } from 'terser';
import ts from 'typescript';

/** Resolves one bare import to a file. */
export function alias(name, file) {
  return { name: 'alias', resolveId: (source) => (source === name ? file : null) };
}

/** Removes the lines that make a script executable; the banner of the bundle has its own. */
export function withoutHashbang() {
  return {
    name: 'without-hashbang',
    transform: (code) => (code.startsWith('#!') ? { code: `//${code}`, map: null } : null),
  };
}

/**
 * Private members of Socket.IO, for bundles that have it inside. Ours have got their short names before, of two
 * letters at most; `_placeholder` travels on the wire.
 */
export const SOCKET_IO_PRIVATE = { regex: /^_[a-z]{3}/, reserved: ['_placeholder'] };

/** Minifies for browsers; `properties` are the members that may be renamed. */
export function minified(properties = false) {
  return {
    name: 'minified',
    async renderChunk(code, _chunk, { format }) {
      return minify(code, {
        ecma: 2020,
        module: format === 'es',
        sourceMap: true,
        compress: {
          passes: 3,
          pure_getters: true,
          unsafe_arrows: true,
          keep_fargs: false,
          hoist_funs: format === 'umd',
        },
        mangle: { properties },
        format: { comments: false },
      });
    },
  };
}

/** Takes the code out of methods that are never called. */
export function emptied(file, methods) {
  return {
    name: 'emptied',
    transform(code, id) {
      if (!id.endsWith(file)) return null;
      const text = new MagicString(code);
      const left = new Set(methods);
      walk(this.parse(code), {
        enter({ type, key, value }) {
          if (type === 'MethodDefinition' && left.delete(key.name))
            text.update(value.body.start, value.body.end, '{}');
        },
      });
      if (left.size) this.error(`${file} has no ${[...left]}`);
      return { code: text.toString(), map: text.generateMap({ hires: 'boundary' }) };
    },
  };
}

/** Makes a built file executable. */
export function executable(file) {
  return { name: 'executable', writeBundle: () => chmodSync(file, 0o755) };
}

/** Copies files into a folder, each under its own name or under `[file, name]`. */
export function copied(folder, files) {
  return {
    name: 'copied',
    writeBundle() {
      mkdirSync(folder, { recursive: true });
      for (const file of files) {
        const [from, to] = Array.isArray(file) ? file : [file, basename(file)];
        if (existsSync(from)) copyFileSync(from, join(folder, to));
        else this.warn(`${from} is missing`);
      }
    },
  };
}

/**
 * Removes the internal members (`_foo`) from bundled types, and the underscore from parameters. `stripInternal`
 * alone would leave those of interfaces, which then ask for what the classes don't show any more.
 */
export function publicTypes() {
  const isInternal = (name) => name !== undefined && ts.isIdentifier(name) && /^_[a-z]/.test(name.text);
  return {
    name: 'public-types',
    renderChunk(code) {
      const text = new MagicString(code);
      const visit = (node) => {
        if ((ts.isClassElement(node) || ts.isTypeElement(node)) && isInternal(node.name)) {
          text.remove(node.getFullStart(), node.end);
          return;
        }
        if (ts.isParameter(node) && isInternal(node.name)) {
          text.remove(node.name.getStart(), node.name.getStart() + 1);
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile('types.d.ts', code, ts.ScriptTarget.ES2022, true));
      return { code: text.toString(), map: null };
    },
  };
}
