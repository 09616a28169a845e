import { join } from 'node:path';
import ts from 'typescript';
import { type Block, root } from './blocks';

/** What a block may use without declaring it: the client, the gateway and the Echo of the blocks before it, and Nuxt. */
const PRELUDE = `
import type { ToporiaRealtime as Sdk } from 'toporia-realtime';
import type { Gateway } from 'toporia-gateway';
import type Echo from 'laravel-echo';
import type { App } from 'vue';
declare global {
  const realtime: Sdk;
  const gateway: Gateway;
  const echo: Echo<'function'>;
  function defineNuxtPlugin(plugin: (nuxt: { vueApp: App }) => void): unknown;
  const ToporiaRealtime: typeof import('toporia-realtime').ToporiaRealtime;
}
`;

const ENDINGS: Record<string, string> = { ts: 'ts', tsx: 'tsx', jsx: 'tsx', js: 'ts' };

export const isTypeChecked = (kind: string) => kind in ENDINGS;

function configuration(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...options,
    target: ts.ScriptTarget.ES2022,
    jsx: ts.JsxEmit.ReactJSX,
    // Examples declare what they don't use.
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedModules: false,
    paths: {
      'toporia-realtime': [join(root, 'src/index.ts')],
      'toporia-realtime/*': [join(root, 'src/*/index.ts'), join(root, 'src/*/index.tsx')],
      'toporia-gateway': [join(root, 'gateway/src/index.ts')],
      'toporia-gateway/publisher': [join(root, 'gateway/src/publish/index.ts')],
      'toporia-gateway/*': [join(root, 'gateway/src/*.ts')],
    },
  };
}

/** Type-checks all of the blocks at once, each as a module of its own, and says what is wrong by block. */
export function typeProblems(blocks: readonly Block[]): Map<Block, string[]> {
  const options = configuration();
  const files = new Map(
    blocks.map((block, i) => [join(root, `docs-block-${i}.${ENDINGS[block.kind]}`), block]),
  );
  const prelude = join(root, 'docs-prelude.ts');
  const texts = new Map([...files].map(([file, { code }]) => [file, `${code}\nexport {};\n`]));
  texts.set(prelude, PRELUDE);

  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, text, target, true);
  };
  const program = ts.createProgram([...texts.keys(), join(root, 'src/version.d.ts')], options, host);
  return new Map(
    [...files].map(([file, block]) => {
      const source = program.getSourceFile(file);
      const found = ts.getPreEmitDiagnostics(program, source);
      const relevant = block.kind.startsWith('js')
        ? found.filter(({ code }) => !isAboutImplicitAny(code))
        : found;
      return [block, relevant.map((diagnostic) => explain(diagnostic))];
    }),
  );
}

/** JavaScript has no place to write a type. */
const isAboutImplicitAny = (code: number) => code >= 7005 && code <= 7053;

function explain({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
