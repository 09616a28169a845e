// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { expectComesBack } from './sanity';

const ToporiaRealtime = loadPage();

describe('a server that refuses a client which it has let in', () => {
  const here = eachJoined(ToporiaRealtime);

  it.each([
    ['CONNECT without an id', '40'],
    ['an empty Socket.IO packet', '4'],
    ['CONNECT_ERROR', '44{"message":"too late"}'],
  ])('says %s long after it let the client in, which makes a new connection of it', async (_what, packet) => {
    const { realtime } = here.page;
    const request = realtime.request('message.sent', 'hi');
    const lost = vi.fn();
    realtime.on('disconnected', lost);
    here.peer.send(packet);
    await expect(request).rejects.toMatchObject({ code: 'connection_lost' });
    expect(lost).toHaveBeenCalledTimes(1);
    await expectComesBack(here.page, here.gateway);
  });
});
