// What the benches have in common: their flags, their end, one contender after the other, and the table.
import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders.mjs';
import { medianOf } from './figures.mjs';

/**
 * Runs `measure` for each contender whose name begins with `--only`, one after the other and all that `--repeat` times,
 * and prints the medians as `columns` shows them, or as JSON. `flags` are numbers with their defaults.
 */
export async function contest({ flags, longest, measure, columns }) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, usual]) => [
      name,
      typeof usual === 'boolean'
        ? { type: 'boolean', default: usual }
        : { type: 'string', default: `${usual}` },
    ]),
  );
  const { values } = parseArgs({
    options: {
      ...options,
      only: { type: 'string', default: '' },
      repeat: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const settings = Object.fromEntries(
    Object.keys(flags).map((name) => [
      name,
      typeof flags[name] === 'boolean' ? values[name] : Number(values[name]),
    ]),
  );
  const rounds = Number(values.repeat);
  const most = longest(settings) * rounds;
  setTimeout(() => {
    console.error(`Not done within ${most / 1e3} s; something hangs.`);
    process.exit(1);
  }, most).unref();

  const contenders = Object.keys(CONTENDERS).filter((name) => name.startsWith(values.only));
  const runs = {};
  const table = (results) =>
    Object.fromEntries(Object.entries(results).map(([name, result]) => [name, columns(result)]));
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const results = await measure(contender, settings);
      for (const [name, result] of Object.entries(results)) runs[name] = [...(runs[name] ?? []), result];
      if (values.json) continue;
      if (rounds === 1) console.error(`${Object.keys(results)}: done`);
      else console.error(`round ${round}: ${JSON.stringify(table(results))}`);
    }
  }
  const medians = Object.fromEntries(
    Object.entries(runs).map(([name, results]) => [name, medianOf(results)]),
  );
  if (values.json) console.log(JSON.stringify(medians));
  else console.table(table(medians));
}
