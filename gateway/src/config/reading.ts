import { isRecord } from '../../../src/protocol';
import { SettingsError } from './error';
import { isKeySet } from './jwks';
import { PROGRAM_GROUP_OPTIONS, PROGRAM_OPTIONS, SETTING_NAMES, type SettingName } from './names';
import { suggestion } from './nearest';
import type { GatewayOptions } from './options';

/** Where a value came from. */
export interface Source {
  /** The setting as the user wrote it. */
  label: string;
  value: unknown;
  secret: boolean;
}

const GROUPS = ['redis', 'admin', 'limits'];
/** Settings that may have a value for each guard. */
const BY_GUARD = ['jwt_secret', 'jwks'];
const byOption = new Map([...SETTING_NAMES, ...PROGRAM_GROUP_OPTIONS].map((name) => [name.option, name]));
const byFlag = new Map(SETTING_NAMES.flatMap((name) => (name.flag ? [[name.flag, name] as const] : [])));

/** Gathers what was set, and remembers for each value who said so. Later calls win over earlier ones. */
export class Reading {
  private readonly sources = new Map<string, Source>();

  environment(env: Readonly<Record<string, string | undefined>>): void {
    for (const name of SETTING_NAMES) {
      // A line such as `REALTIME_API_KEY=` in a .env file means: not set.
      if (name.env && env[name.env]?.trim()) this.set(name, name.env, env[name.env]);
    }
    for (const [variable, value] of Object.entries(env)) {
      const [, env, guard] = /^(JWT_SECRET|JWT_JWKS_URL)_(.+)$/.exec(variable) ?? [];
      const name = SETTING_NAMES.find((known) => known.env === env);
      if (name && guard && value?.trim()) this.guard(name, guard.toLowerCase(), variable, value);
    }
  }

  options(options: GatewayOptions): void {
    for (const [key, value] of Object.entries(options)) {
      if (value === undefined) continue;
      if (GROUPS.includes(key)) this.group(key, value);
      else if (key === 'socketio') this.sources.set(key, { label: key, value, secret: false });
      else if (!PROGRAM_OPTIONS.includes(key)) this.option(key, value);
    }
  }

  flags(flags: Readonly<Record<string, unknown>>): void {
    for (const [flag, value] of Object.entries(flags)) {
      if (value === undefined) continue;
      const name = byFlag.get(flag);
      const label = `--${flag}`;
      if (!name) {
        const known = [...byFlag.keys()].map((other) => `--${other}`);
        throw new SettingsError(label, `unknown flag "${label}"${suggestion(label, known)}`);
      }
      this.set(name, label, value);
    }
  }

  /** The values, nested as the schema wants them. */
  values(): Record<string, unknown> {
    const values: Record<string, unknown> = { redis: {}, limits: {} };
    for (const [path, { value }] of this.sources) {
      const [first = '', ...rest] = path.split('.');
      if (rest.length === 0) {
        values[first] = value;
        continue;
      }
      // Without a prototype: the name of a guard comes from outside.
      const group = isRecord(values[first]) ? values[first] : Object.create(null);
      group[rest.join('.')] = value;
      values[first] = group;
    }
    return values;
  }

  /** Who set this setting, if it does not have its default. */
  source(...path: PropertyKey[]): Source | undefined {
    for (let length = path.length; length > 0; length--) {
      const found = this.sources.get(path.slice(0, length).join('.'));
      if (found) return found;
    }
    return undefined;
  }

  private group(key: string, value: unknown): void {
    if (!isRecord(value)) {
      throw new SettingsError(key, `${key} is ${shown(value)}: it must be an object`);
    }
    for (const [inner, setting] of Object.entries(value)) {
      if (setting !== undefined) this.option(`${key}.${inner}`, setting);
    }
  }

  private option(option: string, value: unknown): void {
    const name = byOption.get(option);
    if (!name) {
      const known = [...byOption.keys(), ...GROUPS, ...PROGRAM_OPTIONS];
      throw new SettingsError(option, `unknown setting "${option}"${suggestion(option, known)}`);
    }
    this.set(name, option, value);
  }

  private set(name: SettingName, label: string, value: unknown): void {
    const secret = name.secret === true;
    if (!BY_GUARD.includes(name.option)) {
      this.sources.set(name.option, { label, value, secret });
    } else if (isRecord(value) && !isKeySet(value)) {
      for (const [guard, one] of Object.entries(value)) {
        if (one !== undefined) this.guard(name, guard, `${label}.${guard}`, one);
      }
    } else {
      this.guard(name, 'default', label, value);
    }
  }

  private guard(name: SettingName, guard: string, label: string, value: unknown): void {
    if (!/^(?!(__proto__|constructor|prototype)$)[\w-]+$/.test(guard)) {
      throw new SettingsError(label, `${label}: a guard is named by letters, digits, _ and -`);
    }
    this.sources.set(`${name.option}.${guard}`, { label, value, secret: name.secret === true });
  }
}

/** A value in a message: short, on one line. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
