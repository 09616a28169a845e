import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startGateway } from '../core/support';

it('the demo as it is built runs its own code alone, in no frame, and tells nobody where it is', async () => {
  const gateway = await startGateway({ demo: true });
  const response = await fetch(gateway.url);
  expect(response.status).toBe(200);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'x-frame-options': 'DENY',
  });
  const policy = new Map(
    headers['content-security-policy']?.split('; ').map((each) => {
      const [name = '', ...sources] = each.split(' ');
      return [name, sources];
    }),
  );
  for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors']) {
    expect(policy.get(name), name).toEqual(["'none'"]);
  }
  expect(JSON.stringify([...policy])).not.toMatch(/unsafe|https?:|\*/);

  // All that the page itself runs is in the policy by its hash, and nothing else is.
  const page = await response.text();
  for (const tag of ['script', 'style'] as const) {
    const blocks = [...page.matchAll(new RegExp(`<${tag}(?: type="module")?>([^]*?)</${tag}>`, 'g'))].map(
      ([, text = '']) => text,
    );
    const hashes = blocks.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(blocks.length).toBeGreaterThan(0);
    expect(policy.get(`${tag}-src`)).toEqual(["'self'", ...hashes]);
  }
  expect(page).not.toMatch(/\son\w+\s*=\s*["']|javascript:|\sstyle\s*=\s*["']/i);
});
