// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RealtimeError } from '../../src/index';
import { MockGateway } from './mock-gateway';
import { closeClients, createClient, loadPage, type Page } from './page';
import { told } from './sanity';

const ToporiaRealtime = loadPage();
/** How long a try may take here, in ms. */
const TIMEOUT = 6_000;

describe('a handshake', () => {
  let gateway: MockGateway;
  let page: Page;
  let errors: RealtimeError[];

  beforeEach(() => {
    gateway = new MockGateway();
    page = createClient(ToporiaRealtime, gateway.url, { timeout: TIMEOUT });
    errors = [];
    page.realtime.on('connect_error', (error) => errors.push(error));
  });

  afterEach(() => {
    closeClients();
    gateway.stop();
  });

  /** After one failed try the next one, which nothing disturbs, connects. */
  async function expectNextTry(): Promise<void> {
    const { realtime, clock } = page;
    expect(realtime.state).toBe('reconnecting');
    expect(realtime.isConnected()).toBe(false);
    expect(errors).toEqual([expect.objectContaining({ code: 'connect_failed', retryable: true })]);
    const connected = told(realtime, 'connected');
    clock.advance(10_000);
    await gateway.welcome('second');
    expect(await connected).toEqual({ id: 'second' });
    expect(realtime.state).toBe('connected');
  }

  /** Lets time pass until the try has failed, and no longer. */
  function waitForFailure(): void {
    for (let passed = 0; passed < TIMEOUT && !errors.length; passed += 100) page.clock.advance(100);
    expect(errors).toHaveLength(1);
  }

  it('that Engine.IO never answers is given up in time, and tried again', async () => {
    await gateway.connection();
    waitForFailure();
    await expectNextTry();
  });

  it('in which the namespace never answers is given up in time, and tried again', async () => {
    const peer = await gateway.connection();
    peer.handshake();
    await peer.packet(/^40/);
    waitForFailure();
    await expectNextTry();
  });

  it.each([
    ['an answer cut short', '0{"sid":"x","upgr'],
    ['an answer that is no object', '0null'],
    ['an answer without content', '0'],
    ['an event before the answer', '42["news",1]'],
    ['a page', '<html></html>'],
  ])('with %s is given up, and tried again', async (_what, packet) => {
    const peer = await gateway.connection();
    peer.sendAnyhow(packet);
    waitForFailure();
    await expectNextTry();
  });

  it.each([
    ['a CONNECT answer without an id', '40'],
    ['a CONNECT answer whose id is empty', '40{"sid":""}'],
    ['a CONNECT answer that is a list', '40["sid"]'],
    ['a refusal that is unreadable', '44{'],
    ['a refusal without a reason', '44{}'],
    ['a refusal that is a text', '44"no"'],
    ['an unknown packet', '49'],
  ])('with %s is given up, and tried again', async (_what, packet) => {
    const failed = told(page.realtime, 'connect_error');
    const peer = await gateway.connection();
    peer.handshake();
    await peer.packet(/^40/);
    peer.send(packet);
    await failed;
    await expectNextTry();
  });

  it('that the server ends right after the namespace was asked for is tried again', async () => {
    const failed = told(page.realtime, 'connect_error');
    const peer = await gateway.connection();
    peer.handshake();
    await peer.packet(/^40/);
    peer.close();
    await failed;
    await expectNextTry();
  });

  it('that the gateway refuses for good is not tried again, and reconnect() tries it', async () => {
    const { realtime, clock } = page;
    const failed = told(realtime, 'connect_error');
    const peer = await gateway.connection();
    peer.handshake();
    await peer.packet(/^40/);
    peer.send('44{"message":"no such token","data":{"code":"unauthorized"}}');
    expect(await failed).toMatchObject({ code: 'unauthorized', message: 'no such token' });
    expect(realtime.state).toBe('failed');
    expect(clock.pending).toBe(0);
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    realtime.reconnect();
    const ready = realtime.ready();
    await gateway.welcome();
    await ready;
  });

  it('that is under way leaves nothing behind when the client is disconnected', async () => {
    const { realtime, clock } = page;
    const peer = await gateway.connection();
    peer.handshake();
    await peer.packet(/^40/);
    realtime.disconnect();
    expect(realtime.state).toBe('closed');
    expect(clock.pending).toBe(0);
    peer.send('40{"sid":"late"}');
    expect(realtime.state).toBe('closed');
    expect(realtime.getId()).toBeUndefined();
    expect(errors).toEqual([]);
  });
});
