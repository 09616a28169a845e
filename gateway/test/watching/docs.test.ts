import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
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
