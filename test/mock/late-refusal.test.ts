// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MockGateway, type Peer } from './mock-gateway';
import { closeClients, createClient, loadPage, type Page } from './page';
import { expectComesBack, joinNews } from './sanity';

const ToporiaRealtime = loadPage();

describe('a server that refuses a client which it has let in', () => {
  let gateway: MockGateway;
  let page: Page;
  let peer: Peer;

  beforeEach(async () => {
    gateway = new MockGateway();
    page = createClient(ToporiaRealtime, gateway.url);
    peer = await joinNews(page, gateway);
  });

  afterEach(() => {
    closeClients();
    gateway.stop();
  });

  it.each([
    ['CONNECT without an id', '40'],
    ['an empty Socket.IO packet', '4'],
    ['CONNECT_ERROR', '44{"message":"too late"}'],
  ])('says %s long after it let the client in, which makes a new connection of it', async (_what, packet) => {
    const { realtime } = page;
    const request = realtime.request('message.sent', 'hi');
    const lost = vi.fn();
    realtime.on('disconnected', lost);
    peer.send(packet);
    await expect(request).rejects.toMatchObject({ code: 'connection_lost' });
    expect(lost).toHaveBeenCalledTimes(1);
    await expectComesBack(page, gateway);
  });
});
