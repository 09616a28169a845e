import type { Gateway } from '../../src/api';

/** The figures of a text for Prometheus, by what stands before each of them. */
export function figuresIn(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

/** What a gateway counts at this moment. */
export async function figuresOf(gateway: Gateway): Promise<(name: string) => number | undefined> {
  const figures = figuresIn(await gateway.metrics());
  return (name) => figures.get(name);
}

/** The names in a text for Prometheus, each with its type and what is said of it. */
export function familiesIn(text: string): Map<string, { type: string; help: string }> {
  const helps = new Map(
    [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]),
  );
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [
      name,
      { type, help: helps.get(name) ?? '' },
    ]),
  );
}
