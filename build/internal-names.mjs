import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { walk } from 'estree-walker';
import MagicString from 'magic-string';

const INTERNAL = /\b_[a-z]\w*/g;

/** Members of these packages begin with an underscore too; ours of the same name are left alone, to be safe. */
const FOREIGN = ['socket.io-client', 'engine.io-client', 'socket.io-parser', 'engine.io-parser'];

/** Names that are known to mean ours wherever our sources have them, although Socket.IO has them too. */
const OURS_TOO = new Set(['_open', '_queue', '_socket']);

function* filesUnder(folder, ending) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(ending)) yield join(entry.parentPath, entry.name);
  }
}

function* foreignFiles() {
  for (const name of FOREIGN) yield* filesUnder(dirname(fileURLToPath(import.meta.resolve(name))), '.js');
}

function countNames(files) {
  const counts = new Map();
  for (const file of files) {
    for (const [name] of readFileSync(file, 'utf8').matchAll(INTERNAL)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

/** `A` to `Z`, then `Aa` and on: a subclass of a user may well have a field `a`, hardly a field `A`. */
function shortName(index) {
  const letter = (code) => String.fromCharCode(code + (index % 26));
  return index < 26 ? letter(65) : `${shortName(Math.floor(index / 26) - 1)}${letter(97)}`;
}

/** One table for all bundles, so that entries which are built apart still agree; the most used get the shortest. */
function shortNames(sourceFolder) {
  const foreign = countNames(foreignFiles());
  const own = [...countNames(filesUnder(sourceFolder, '.ts'))]
    .filter(([name]) => OURS_TOO.has(name) || !foreign.has(name))
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([name]) => name);
  const taken = new Set([...own, ...foreign.keys()]);
  let index = 0;
  const next = () => {
    const name = shortName(index++);
    return taken.has(name) ? next() : name;
  };
  return new Map(own.map((name) => [name, next()]));
}

/**
 * Rollup plugin: gives the package-internal members (`_foo`) of the sources in a folder short names. Unlike a
 * minifier that sees the finished bundle, it never touches the names of the packages that are bundled along.
 */
export function internalNames(sourceFolder) {
  let names;
  return {
    name: 'internal-names',
    buildStart() {
      names = shortNames(sourceFolder);
    },
    transform(code, id) {
      if (!id.startsWith(sourceFolder + sep)) return null;
      const text = new MagicString(code);
      const rename = ({ name, start, end }, more = '') => {
        if (names.has(name)) text.update(start, end, names.get(name) + more);
      };
      walk(this.parse(code), {
        enter: (node) => {
          if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
            rename(node.property);
          } else if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(node.type) && !node.computed) {
            if (node.key.type === 'Identifier') rename(node.key, node.shorthand ? `: ${node.key.name}` : '');
          } else if (node.type === 'Literal' && names.has(node.value)) {
            this.error(
              `The internal member ${node.value} is named by a string, which the build can't rename`,
              node.start,
            );
          }
        },
      });
      return { code: text.toString(), map: text.generateMap({ hires: 'boundary' }) };
    },
  };
}
