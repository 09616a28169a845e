import type { Durations } from './durations';

/** One figure, with its labels. Of labels there are few values, none of which a client can choose. */
export type Sample = readonly [value: number | Durations, labels?: Readonly<Record<string, string>>];

/** Figures of one name. */
export interface Family<Source> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** What several processes' figures are together; `sum` unless given. */
  readonly together?: 'sum' | 'max' | 'min' | 'average' | 'first';
  /** Looks the figures up; called when somebody asks for them. */
  readonly read: (source: Source) => Iterable<Sample>;
}

/** A family with a single figure. */
export function single<Source>(
  family: Omit<Family<Source>, 'read'> & { readonly value: (source: Source) => number | undefined },
): Family<Source> {
  const { value, ...rest } = family;
  return {
    ...rest,
    read: (source) => {
      const found = value(source);
      return found === undefined ? [] : [[found]];
    },
  };
}
