import { expect, it } from 'vitest';
import { startGateway } from '../core/support';

it.each(['*', ['https://app.example']])(
  'JSONP, which no CORS keeps foreign pages from, is not served with origins %j',
  async (cors_origins) => {
    const gateway = await startGateway({ cors_origins });
    const ask = (query: string) => fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling${query}`);
    for (const query of ['&j=0', '&j=', '&%6a=0', '&j=1&j=2']) {
      const response = await ask(query);
      expect([response.status, await response.json()]).toEqual([
        403,
        { code: 4, message: 'JSONP is not served.' },
      ]);
    }
    const handshake = await ask('');
    expect(handshake.status).toBe(200);
    const { sid } = JSON.parse((await handshake.text()).slice(1));
    // Nor can a session be turned into one.
    const polled = ask(`&sid=${sid}&j=0`);
    await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      method: 'POST',
      body: '40',
    });
    const answer = await polled;
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
    expect(await answer.text()).toMatch(/^40\{/);
  },
);
