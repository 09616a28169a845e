import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/gateway';
import { plain, startGateway } from '../core/support';
import { figuresIn } from './support';

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe('/metrics', () => {
  it('is on a port of its own, of this machine alone, where there is no key', async () => {
    const gateway = await startGateway({ metrics_port: 0 });
    expect(gateway.settings.metrics).toEqual({ keys: [], port: 0, host: '127.0.0.1' });
    const url = gateway.metricsUrl as string;
    expect(new URL(url).port).not.toBe(new URL(gateway.url).port);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(figuresIn(await response.text()).get('toporia_ready')).toBe(1);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('');
  });

  it('is on the port of the gateway for who has the key', async () => {
    const gateway = await startGateway({ metrics_key: ['old-key', 'new-key'], api_key: 'api-key' });
    expect(gateway.metricsUrl).toBe(`${gateway.url}/metrics`);
    const url = gateway.metricsUrl as string;
    for (const key of ['old-key', 'new-key']) expect((await fetch(url, bearer(key))).status).toBe(200);
    for (const init of [{}, bearer('api-key'), bearer('new-ke')]) {
      const response = await fetch(url, init);
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('toporia_');
    }
    expect((await fetch(`${gateway.url}/api/channels`, bearer('new-key'))).status).toBe(401);
  });

  it('asks for the key on its own port too', async () => {
    const gateway = await startGateway({ metrics_key: 'the-key', metrics_port: 0 });
    const url = gateway.metricsUrl as string;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, bearer('the-key'))).status).toBe(200);
    expect((await fetch(`${gateway.url}/metrics`, bearer('the-key'))).status).toBe(404);
  });

  it('lets nobody guess the key', async () => {
    const gateway = await startGateway({ metrics_key: 'the-key', limits: { failed_keys_per_minute: 2 } });
    const statuses = [];
    for (const key of ['a', 'b', 'c', 'the-key'])
      statuses.push((await fetch(gateway.metricsUrl as string, bearer(key))).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it('answers until the gateway has stopped, and is gone then', async () => {
    const gateway = await startGateway({ metrics_port: 0 });
    const url = gateway.metricsUrl as string;
    const one = await plain(gateway);
    const bye = one.next('toporia:bye');
    const closed = gateway.close();
    await bye;
    const during = await fetch(url).catch(() => undefined);
    if (during) expect(figuresIn(await during.text()).get('toporia_ready')).toBe(0);
    await closed;
    await expect(fetch(url)).rejects.toThrow();
    expect(gateway.metricsUrl).toBeUndefined();
  });

  it('says which setting to change where its port is taken, and leaves none behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const options = { host: '127.0.0.1', port: 0 };
    const taken = createGateway({ ...options, metrics_port: port });
    onTestFinished(() => taken.close());
    await expect(taken.listen()).rejects.toThrow(/already in use; choose another with --metrics-port/);
    const free = createGateway({ ...options, metrics_port: 0 });
    onTestFinished(() => free.close());
    await expect(free.listen(port)).rejects.toThrow(/already in use; choose another with --port/);
    expect(free.metricsUrl).toBeUndefined();
    await free.listen();
    expect((await fetch(free.metricsUrl as string)).status).toBe(200);
  });
});
