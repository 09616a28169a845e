/** What the parameters of a pattern stand for in a room's name. */
export type Params = Readonly<Record<string, string>>;

/** A dot-free part of a pattern: text, or a parameter with text around it. */
interface Segment {
  readonly before: string;
  readonly param: string | undefined;
  readonly after: string;
  /** The parameter takes all that is left, dots too. */
  readonly rest: boolean;
}

const PREFIX = /^(?:private|presence)[-.]/;
const SEGMENT = /^([\w:-]*)\{([A-Za-z_]\w*)(\*?)\}([\w:-]*)$/;

/**
 * A pattern of room names, such as `orders.{orderId}`. A parameter matches one segment, which holds no dot; `{rest*}`, at
 * the end, all that is left.
 *
 * One that does not begin by `private-`, `private.`, `presence-` or `presence.` is matched against the name without such a
 * prefix; one that does, against the whole name.
 */
export class ChannelPattern {
  readonly #prefix: string;
  readonly #segments: readonly Segment[];

  /** @throws {Error} that says what is wrong with the pattern. */
  constructor(readonly text: string) {
    this.#prefix = PREFIX.exec(text)?.[0] ?? '';
    const parts = text.slice(this.#prefix.length).split('.');
    this.#segments = parts.map((part, index) => readSegment(part, index === parts.length - 1));
    const params = this.#segments.flatMap(({ param }) => param ?? []);
    const twice = params.find((param, index) => params.indexOf(param) !== index);
    if (twice !== undefined) throw new Error(`the parameter {${twice}} stands there twice`);
  }

  /** The parameters, or `undefined` for a room that does not match. */
  match(room: string): Params | undefined {
    const prefix = PREFIX.exec(room)?.[0] ?? '';
    if (this.#prefix && prefix !== this.#prefix) return undefined;
    const parts = room.slice(prefix.length).split('.');
    const last = this.#segments.at(-1);
    if (last?.rest ? parts.length < this.#segments.length : parts.length !== this.#segments.length) {
      return undefined;
    }
    const params: Record<string, string> = {};
    for (const [index, segment] of this.#segments.entries()) {
      const part = segment.rest ? parts.slice(index).join('.') : (parts[index] ?? '');
      if (!matches(segment, part)) return undefined;
      if (segment.param === undefined) continue;
      params[segment.param] = part.slice(segment.before.length, part.length - segment.after.length);
    }
    return params;
  }

  /** What two patterns have in common exactly when they match the same rooms. */
  get shape(): string {
    return this.#prefix + this.#segments.map(shapeOf).join('.');
  }

  /** Sorts the more specific first; segments count from the left, then the prefix. Never 0 for two shapes. */
  compare(other: ChannelPattern): number {
    for (const [index, segment] of this.#segments.entries()) {
      const against = other.#segments[index];
      if (!against) break;
      const difference = rank(against) - rank(segment);
      if (difference !== 0) return difference;
    }
    return (
      other.#segments.length - this.#segments.length ||
      other.#prefix.length - this.#prefix.length ||
      (this.shape < other.shape ? -1 : 1)
    );
  }
}

function readSegment(part: string, last: boolean): Segment {
  if (part === '') throw new Error('a part of it is empty');
  if (/^[\w:-]+$/.test(part)) return { before: part, param: undefined, after: '', rest: false };
  if (!/[{}]/.test(part)) {
    throw new Error(`"${part.slice(0, 80)}" may hold only A-Z a-z 0-9 _ - : and a {parameter}`);
  }
  const [, before = '', param = '', star, after = ''] = SEGMENT.exec(part) ?? [];
  // One only, and no expressions: what a client sends is matched in time that grows with its length alone.
  if (!param) {
    throw new Error(
      `"${part.slice(0, 80)}" may hold one parameter, named by letters, digits and _, such as {orderId}`,
    );
  }
  if (/^(__proto__|constructor|prototype)$/.test(param)) throw new Error(`{${param}} is a reserved name`);
  const rest = star === '*';
  if (rest && (!last || after !== '')) throw new Error(`{${param}*} must stand at the end`);
  return { before, param, after, rest };
}

function matches({ before, param, after }: Segment, part: string): boolean {
  if (param === undefined) return part === before;
  return part.length > before.length + after.length && part.startsWith(before) && part.endsWith(after);
}

function shapeOf({ before, param, after, rest }: Segment): string {
  return param === undefined ? before : `${before}{${rest ? '*' : ''}}${after}`;
}

/** Text before parameters, those with more text around them first, `{rest*}` last. */
function rank({ before, param, after, rest }: Segment): number {
  const text = before.length + after.length;
  if (param === undefined) return 1_000;
  return rest ? text - 1_000 : text;
}
