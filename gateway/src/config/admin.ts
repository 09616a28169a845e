import { namespaceProblem } from '../namespace-name';
import type { AdminSettings, Settings } from '../settings';
import { SettingsError } from './error';
import { SETTING_NAMES } from './names';
import type { Reading } from './reading';
import { spelled } from './spelled';

type Given = Omit<AdminSettings, 'username' | 'password'> & {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
};

/** Nobody is let in without a name and a password, so there is no Admin UI without both. */
export function readAdmin({ username, password, ...rest }: Given, reading: Reading): AdminSettings {
  for (const [option, value] of Object.entries({ username, password })) {
    if (value !== undefined) continue;
    const other = SETTING_NAMES.map((name) => name.option)
      .filter((known) => known.startsWith('admin.'))
      .map((known) => reading.source(known))
      .find((source) => source !== undefined);
    const name = spelled(`admin.${option}`, other);
    const why = 'the Admin UI is never without a user and a password';
    throw new SettingsError(name, `${name} is missing: ${why}`);
  }
  return { username: username as string, password: password as string, ...rest };
}

export function checkAdmin({ admin, namespaces }: Settings, reading: Reading): void {
  if (!admin) return;
  const name = reading.source('admin.namespace')?.label ?? spelled('admin.namespace', undefined);
  const problem =
    admin.namespace === '/' || namespaces?.includes(admin.namespace)
      ? 'it must be a namespace of its own, which no clients use'
      : namespaceProblem(admin.namespace);
  if (problem) throw new SettingsError(name, `${name} is "${admin.namespace}": ${problem}`);
}
