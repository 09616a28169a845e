import { SETTING_NAMES } from './names';
import type { Source } from './reading';

/** A setting's name in the same kind of spelling as another that the user wrote. */
export function spelled(option: string, like: Source | undefined): string {
  const name = SETTING_NAMES.find((known) => known.option === option);
  if (like?.label.startsWith('--')) return `--${name?.flag}`;
  return (/^(REALTIME|BROADCAST)_/.test(like?.label ?? '') ? name?.env : undefined) ?? option;
}
