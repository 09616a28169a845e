import type { Family, Sample } from './family';
import type { GatewaySource } from './gateway-source';
import type { Tally, Timings } from './meter';

/** Of each key, also of one that has not come yet, since a rate begins at 0; what is no key is `other`. */
export function tally(
  name: string,
  help: string,
  label: string,
  { of, keys }: { of: (source: GatewaySource) => Tally<string>; keys: readonly string[] },
): Family<GatewaySource> {
  return {
    name,
    type: 'counter',
    help,
    read: (source) => {
      const found = new Map(keys.map((key) => [key, 0]));
      for (const [key, count] of of(source).entries()) {
        const known = found.has(key) ? key : 'other';
        found.set(known, (found.get(known) ?? 0) + count);
      }
      return [...found].map(([key, count]): Sample => [count, { [label]: key }]);
    },
  };
}

export function timings(
  name: string,
  help: string,
  label: string | undefined,
  { of }: { of: (source: GatewaySource) => Timings<string> },
): Family<GatewaySource> {
  return {
    name,
    type: 'histogram',
    help: `${help} In seconds, by how it went.`,
    read: (source) =>
      [...of(source).entries()].map(
        ([kind, outcome, durations]): Sample => [durations, { ...(label && { [label]: kind }), outcome }],
      ),
  };
}

export function counts(by: Readonly<Record<string, number | undefined>>, label: string): Sample[] {
  return Object.entries(by).map(([key, count]): Sample => [count ?? 0, { [label]: key }]);
}
