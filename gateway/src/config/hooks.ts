import { isRecord } from '../../../src/protocol';
import { HOOK_NAMES } from '../hooks/hooks';
import { SettingsError } from './error';
import { suggestion } from './nearest';

export function checkHooks(hooks: unknown): void {
  if (hooks === undefined) return;
  if (!isRecord(hooks)) throw new SettingsError('hooks', 'hooks: it must be an object of functions');
  for (const [name, hook] of Object.entries(hooks)) {
    const path = `hooks.${name}`;
    if (!HOOK_NAMES.some((known) => known === name)) {
      throw new SettingsError(path, `unknown setting "${path}"${suggestion(name, HOOK_NAMES)}`);
    }
    if (hook !== undefined && typeof hook !== 'function') {
      throw new SettingsError(path, `${path}: it must be a function`);
    }
  }
}
