import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTING_NAMES } from '../../gateway/src/config/names';
import { textOf } from './deployed';
import { saidOf, stagesOf, wordsOf } from './dockerfile';

const stages = stagesOf();
const last = stages.at(-1);

it('builds on images whose major version is named, and that have one version of Node', () => {
  const [image] = stages.map((stage) => stage.image);
  expect(image).toMatch(/^node:\d+-\w+-slim$/);
  expect(new Set(stages.map((stage) => stage.image)).size).toBe(1);
});

it('installs what the lock file says, and what is only for development nowhere that it stays', () => {
  const commands = stages.map(({ instructions }) =>
    instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest),
  );
  expect(commands.flat().filter((command) => /npm (install|i)\b/.test(command))).toEqual([]);
  expect(commands.at(-1)).toEqual([]);
  const source = stages.find(({ name }) => name === 'modules');
  expect(saidOf(source, 'RUN')).toBe('npm ci --omit=dev --workspace=toporia-gateway');
});

it('runs as a user without rights, who owns no file', () => {
  expect(saidOf(last, 'USER')).toBe('node');
  expect(textOf('docker/Dockerfile')).not.toMatch(/--chown|chmod|\bADD\b|\bsudo\b/);
});

it('starts the gateway without a shell, so that signals reach it', () => {
  expect([...wordsOf(saidOf(last, 'ENTRYPOINT')), ...wordsOf(saidOf(last, 'CMD'))]).toEqual([
    'node',
    'gateway/dist/cli.js',
    'serve',
  ]);
});

it('has a check of its health that asks the port which the gateway has', () => {
  const check = wordsOf(saidOf(last, 'HEALTHCHECK')).at(-1) ?? '';
  const [, variable] = /process\.env\.(\w+)/.exec(check) ?? [];
  expect(SETTING_NAMES.find(({ option }) => option === 'port')?.env).toBe(variable);
  expect(saidOf(last, 'EXPOSE')).toBe('3000');
});

it('is given all that it copies, and nothing that was built or installed before', () => {
  const ignored = readFileSync(
    new URL('../../deploy/docker/Dockerfile.dockerignore', import.meta.url),
    'utf8',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(ignored[0]).toBe('*');
  const given = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const copied = stages
    .flatMap(({ instructions }) => instructions)
    .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  const isGiven = (path: string) => given.some((one) => path === one || path.startsWith(`${one}/`));
  expect(copied.filter((path) => !isGiven(path.replace(/\/$/, '')))).toEqual([]);
  expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist']));
});
