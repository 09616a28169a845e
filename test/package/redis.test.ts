import { expect, inject, test } from 'vitest';
import { runScript } from '../support/run';

const { project } = inject('packed');

test('toporia-gateway needs nothing of Redis, and says what to install where it does', async () => {
  const code = `
    import { createGateway } from 'toporia-gateway';
    const alone = createGateway();
    await alone.listen(0);
    await alone.close();
    const gateway = createGateway({ broker: 'redis' });
    await gateway.listen(0).catch(({ name, message }) => report([name, message]));
    await gateway.close();`;
  expect(await runScript(code, project)).toEqual([
    'SettingsError',
    expect.stringMatching(
      /^broker is "redis", for which [\w@./-]+ is missing: npm install ioredis @socket\.io\/redis-streams-adapter$/,
    ),
  ]);
});
