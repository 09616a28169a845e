import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWith, program } from '../../../test/support/programs';
import { run } from '../../../test/support/run';
import { createGateway } from '../../src/gateway';
import { familiesIn } from './support';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

let families: ReturnType<typeof familiesIn>;

beforeAll(async () => {
  const gateway = createGateway({ host: '127.0.0.1', port: 0, metrics_port: 0 });
  await gateway.listen();
  families = familiesIn(await gateway.metrics());
  await gateway.close();
});

it('docs/monitoring.md names every metric, with its type and what it is', () => {
  const rows = [
    ...read('docs/monitoring.md').matchAll(/^\| `((?:toporia|nodejs|process)_\w+)` *\|(.*)\|$/gm),
  ];
  const told = rows.map(([, name = '', rest = '']) => {
    const [type, , help] = rest.split('|').map((cell) => cell.trim());
    return [name, { type, help }];
  });
  expect(told).toEqual([...families]);
});

/** The metrics that queries name, without what histograms add to their names. */
function namedIn(text: string): Set<string> {
  const names = text.match(/\b(?:toporia|nodejs|process)_\w+/g) ?? [];
  return new Set(
    names.map((name) => {
      const base = name.replace(/_(bucket|sum|count)$/, '');
      return families.get(base)?.type === 'histogram' ? base : name;
    }),
  );
}

interface Dashboard {
  templating: { list: { query: unknown }[] };
  panels: { id: number; title: string; targets?: { expr: string }[] }[];
}

it('the dashboard for Grafana shows every metric, and asks for no other', () => {
  const { panels, templating } = JSON.parse(read('deploy/grafana/toporia-gateway.json')) as Dashboard;
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const named = namedIn(`${queries.join('\n')}\n${JSON.stringify(templating)}`);
  expect([...named].sort()).toEqual([...families.keys()].sort());
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
});

it('the alerts ask for metrics that there are', () => {
  const named = namedIn(read('deploy/prometheus/toporia-gateway.rules.yaml'));
  expect([...named].filter((name) => !families.has(name))).toEqual([]);
  expect(named.size).toBeGreaterThan(5);
});

describeWith('python3-yaml', 'deploy/prometheus', () => {
  const folder = join(root, 'deploy/prometheus');
  const files = ['prometheus.yaml', 'toporia-gateway.rules.yaml'];

  it('is YAML, and what Prometheus takes, where its promtool is here to tell', async () => {
    const load = 'import sys, yaml; [yaml.safe_load(open(name)) for name in sys.argv[1:]]';
    const parsed = await run(program('python3-yaml').path, ['-c', load, ...files], { cwd: folder });
    expect(parsed).toEqual({ code: 0, stdout: '', stderr: '' });
    if (spawnSync('promtool', ['--version']).error) return;
    for (const check of [
      ['rules', 'toporia-gateway.rules.yaml'],
      ['config', '--syntax-only', 'prometheus.yaml'],
    ])
      expect(await run('promtool', ['check', ...check], { cwd: folder })).toMatchObject({ code: 0 });
  });
});
