// What the benches have in common: their flags, their end, one contender after the other, and the table.
import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders.mjs';

/**
 * Runs `measure` for each contender whose name has `--only`, and prints the results as `columns` shows them, or as JSON.
 * `flags` are numbers with their defaults.
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
    options: { ...options, only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
  });
  const settings = Object.fromEntries(
    Object.keys(flags).map((name) => [
      name,
      typeof flags[name] === 'boolean' ? values[name] : Number(values[name]),
    ]),
  );
  const most = longest(settings);
  setTimeout(() => {
    console.error(`Not done within ${most / 1e3} s; something hangs.`);
    process.exit(1);
  }, most).unref();

  const results = {};
  for (const contender of Object.keys(CONTENDERS)) {
    if (!contender.startsWith(values.only)) continue;
    for (const [name, result] of Object.entries(await measure(contender, settings))) {
      results[name] = result;
      if (!values.json) console.error(`${name}: done`);
    }
  }
  if (values.json) console.log(JSON.stringify(results));
  else {
    console.table(
      Object.fromEntries(Object.entries(results).map(([name, result]) => [name, columns(result)])),
    );
  }
}
