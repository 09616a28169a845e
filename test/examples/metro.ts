import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/run';
import type { Example } from './example';

/** React Native's bundler with its way of resolving packages, and without the rest of React Native. */
const BUNDLE = `
import { writeFileSync } from 'node:fs';
import Metro from 'metro';

const config = await Metro.loadConfig({}, {
  projectRoot: process.cwd(),
  cacheStores: [],
  reporter: { update() {} },
  resolver: { platforms: ['ios', 'android'], unstable_conditionNames: ['react-native'] },
  transformer: {
    getTransformOptions: async () => ({ transform: { experimentalImportSupport: true, inlineRequires: false } }),
  },
});
const { code } = await Metro.runBuild(config, { entry: 'entry.js', platform: 'ios', dev: false, minify: false });
writeFileSync('bundle.js', code);
`;

/** What Metro makes of a module in the folder of an example that has React Native. */
export async function bundleWithMetro({ folder }: Example, entry: string): Promise<string> {
  writeFileSync(join(folder, 'entry.js'), entry);
  const { code, stderr } = await run(process.execPath, ['--input-type=module', '--eval', BUNDLE], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`Metro could not bundle it: ${stderr}`);
  return readFileSync(join(folder, 'bundle.js'), 'utf8');
}
