import type { User } from '../api';
import { SettingsError } from '../config/error';
import { ChannelPattern, type Params } from './channel-pattern';
import type { AnyRule, ChannelRules } from './rule-types';

/** A rule that holds for a room, and what the pattern's parameters are there. */
export interface FoundRule {
  readonly pattern: string;
  readonly rule: CheckedRule;
  readonly params: Params;
}

export interface CheckedRule {
  readonly guards: ReadonlySet<string> | undefined;
  readonly anonymous: boolean;
  readonly authorize: ((user: User | undefined, ...rest: RuleArguments) => unknown) | undefined;
  readonly publish: boolean | ((user: User | undefined, ...rest: RuleArguments) => unknown);
}

type RuleArguments = [params: Params, context: unknown];

const FIELDS = ['guards', 'anonymous', 'authorize', 'publish'];

/** The program's rules, the most specific first. */
export class RuleBook {
  readonly #rules: readonly { readonly pattern: ChannelPattern; readonly rule: CheckedRule }[];

  /** @throws {SettingsError} for the first rule that is wrong. */
  constructor(rules: ChannelRules | undefined) {
    if (rules !== undefined && (typeof rules !== 'object' || rules === null || Array.isArray(rules))) {
      throw new SettingsError('channels', 'channels: it must be an object of one rule for each pattern');
    }
    const byShape = new Map<string, { pattern: ChannelPattern; rule: CheckedRule }>();
    for (const [text, rule] of Object.entries(rules ?? {})) {
      const pattern = readPattern(text);
      const same = byShape.get(pattern.shape)?.pattern;
      if (same) throw wrong(text, `it matches the same rooms as "${same.text}"`);
      byShape.set(pattern.shape, { pattern, rule: readRule(text, rule) });
    }
    this.#rules = [...byShape.values()].sort((a, b) => a.pattern.compare(b.pattern));
  }

  get size(): number {
    return this.#rules.length;
  }

  /** The most specific rule for a room. None for the room of a user, which is its own. */
  find(room: string): FoundRule | undefined {
    if (isUserRoom(room)) return undefined;
    for (const { pattern, rule } of this.#rules) {
      const params = pattern.match(room);
      if (params) return { pattern: pattern.text, rule, params };
    }
    return undefined;
  }
}

/** `user.<id>`, and whatever begins so: an id may hold dots. */
export function isUserRoom(room: string): boolean {
  return room.startsWith('user.');
}

function readPattern(text: string): ChannelPattern {
  try {
    return new ChannelPattern(text);
  } catch (error) {
    throw wrong(text, (error as Error).message);
  }
}

function readRule(text: string, rule: AnyRule): CheckedRule {
  if (typeof rule === 'function') return checked({ authorize: rule });
  if (typeof rule !== 'object' || rule === null) {
    throw wrong(text, 'a rule must be a function, or an object such as { guards, authorize }');
  }
  const unknown = Object.keys(rule).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined)
    throw wrong(text, `a rule has no "${unknown}"; it may have ${FIELDS.join(', ')}`);
  const { guards, anonymous, authorize, publish } = rule as Record<string, unknown>;
  const isList =
    Array.isArray(guards) && guards.length > 0 && guards.every((guard) => typeof guard === 'string');
  if (guards !== undefined && !isList) throw wrong(text, 'guards must be a list of names of guards');
  if (anonymous !== undefined && typeof anonymous !== 'boolean') {
    throw wrong(text, 'anonymous must be true or false');
  }
  if (anonymous && guards !== undefined)
    throw wrong(text, 'an anonymous client has no guard: give one of both');
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw wrong(text, 'authorize must be a function');
  }
  if (publish !== undefined && typeof publish !== 'boolean' && typeof publish !== 'function') {
    throw wrong(text, 'publish must be true, false or a function');
  }
  return checked(rule);
}

/** The types of a rule are for those who write it; whom it is called with is seen to by the gateway. */
function checked({ guards, anonymous, authorize, publish }: Exclude<AnyRule, (...args: never[]) => unknown>) {
  return {
    guards: guards && new Set(guards),
    anonymous: anonymous === true,
    authorize: authorize as CheckedRule['authorize'],
    publish: (publish ?? true) as CheckedRule['publish'],
  };
}

function wrong(pattern: string, problem: string): SettingsError {
  const name = `channels["${pattern.slice(0, 100).replace(/\p{C}/gu, '?')}"]`;
  return new SettingsError(name, `${name}: ${problem}`);
}
