import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { userEnvironment } from '../support/packed';
import { run } from '../support/run';
import { Example } from './example';

test('pain 20: the whole app is bundled by Expo', async () => {
  const example = await Example.install('react-native', { without: ['toporia-gateway'] });
  const args = ['export', '--platform', 'android', '--no-bytecode'];
  const env = { ...userEnvironment(), CI: '1', EXPO_NO_TELEMETRY: '1', EXPO_OFFLINE: '1' };
  const { code, stderr } = await run(example.bin('expo'), args, { cwd: example.folder, env });
  expect(code, stderr).toBe(0);
  expect(readdirSync(join(example.folder, 'dist/_expo/static/js/android'))).toHaveLength(1);
});
