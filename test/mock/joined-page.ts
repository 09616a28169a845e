import { afterEach, beforeEach } from 'vitest';
import type { RealtimeOptions, ToporiaRealtime } from '../../src/index';
import { MockGateway, type Peer } from './mock-gateway';
import { closeClients, createClient, type Page } from './page';
import { joinNews } from './sanity';

export interface JoinedPage {
  gateway: MockGateway;
  page: Page;
  peer: Peer;
}

/** For each test of the suite a client anew, which is connected and in the room `news`. */
export function eachJoined(Client: typeof ToporiaRealtime, options?: RealtimeOptions): JoinedPage {
  const joined = {} as JoinedPage;
  beforeEach(async () => {
    joined.gateway = new MockGateway();
    joined.page = createClient(Client, joined.gateway.url, options);
    joined.peer = await joinNews(joined.page, joined.gateway);
  });
  afterEach(() => {
    closeClients();
    joined.gateway.stop();
  });
  return joined;
}
