import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run';
import { type Block, root } from './blocks';

const IMPORTS = {
  'toporia-realtime': [join(root, 'src/index.ts')],
  'toporia-realtime/vue': [join(root, 'src/vue/index.ts')],
  '*': [join(root, 'node_modules/*'), join(root, 'node_modules/@types/*')],
};

/** Type-checks single-file components, templates and all, and says what is wrong by block. */
export async function vueProblems(blocks: readonly Block[]): Promise<Map<Block, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'vue-blocks-'));
  try {
    for (const [index, { code }] of blocks.entries()) writeFileSync(join(folder, `Block${index}.vue`), code);
    const config = join(folder, 'tsconfig.json');
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: { paths: IMPORTS, types: [], jsx: 'preserve' },
        vueCompilerOptions: { strictTemplates: true },
        include: ['*.vue', join(root, 'src/version.d.ts')],
      }),
    );
    const { stdout } = await run(join(root, 'node_modules/.bin/vue-tsc'), ['-p', config], { cwd: folder });
    const lines = stdout.split('\n').filter((line) => line.includes('error'));
    const of = (index: number) => lines.filter((line) => line.includes(`Block${index}.vue`));
    const strange = lines.filter((line) => !/Block\d+\.vue/.test(line));
    return new Map(blocks.map((block, index) => [block, [...of(index), ...strange]]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
