import { request } from 'node:http';
import { expect, it } from 'vitest';
import { startGateway } from '../support/realtime-pair';

/** One request on a TCP connection of its own, as socket.io-client polls in Node. */
function ask(url: string, method = 'GET', body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('tells a client that is between two polls that the gateway restarts', async () => {
  const gateway = await startGateway({ shutdown_timeout: 5_000 });
  const endpoint = `${gateway.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await ask(endpoint)).slice(1)) as { sid: string };
  const session = `${endpoint}&sid=${sid}`;
  await ask(session, 'POST', '40');
  expect(await ask(session)).toMatch(/^40/);
  const restarted = gateway.restart();
  expect(await ask(session)).toContain('toporia:bye');
  // The next poll learns that the session is over, so that nobody has to wait for it.
  await ask(session).catch(() => {});
  await restarted;
});
