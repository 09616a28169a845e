import { expect } from 'vitest';
import type { LifecycleEvents, ToporiaRealtime } from '../../src/index';
import type { MockGateway, Peer } from './mock-gateway';
import type { Page } from './page';

/** Waits for the next of the SDK's own events of that name. */
export function told<E extends keyof LifecycleEvents>(
  realtime: ToporiaRealtime,
  event: E,
): Promise<LifecycleEvents[E]> {
  return new Promise((resolve) => realtime.once(event, resolve));
}

/** Connects, and joins the room `news`. */
export async function joinNews({ realtime }: Page, gateway: MockGateway): Promise<Peer> {
  const joined = realtime.join('news');
  const peer = await gateway.welcome();
  await peer.answer('join', { room: 'news' });
  await joined;
  return peer;
}

/** Waits until the client has dealt with all that was sent so far. */
export async function settled({ realtime }: Page, peer: Peer): Promise<void> {
  const dealtWith = new Promise((resolve) => realtime.once('so far', resolve));
  peer.send('42["so far"]');
  await dealtWith;
}

/** Waits until all that the client has sent so far has arrived, and all that was sent to it has been dealt with. */
export async function quiet(page: Page, peer: Peer): Promise<void> {
  await settled(page, peer);
  page.realtime.getSocket().emit('marker');
  await peer.packet(/^42\["marker"/);
}

/** A message of the room reaches the handlers of the client and of the room, once each. */
export async function expectHears(page: Page, peer: Peer): Promise<void> {
  const heard: unknown[] = [];
  const ends = [page.realtime, page.realtime.channel('news')].map((source) =>
    source.on('ping.sent', (data) => heard.push(data)),
  );
  peer.send('42["ping.sent","hello",{"channel":"news"}]');
  await settled(page, peer);
  for (const end of ends) end();
  expect(heard).toEqual(['hello', 'hello']);
}

/** The client comes back by itself, rooms and all. */
export async function expectComesBack(page: Page, gateway: MockGateway): Promise<Peer> {
  const { realtime, clock } = page;
  expect(realtime.state).toBe('reconnecting');
  const back = told(realtime, 'reconnected');
  clock.advance(10_000);
  const peer = await gateway.welcome('again');
  await peer.answer('join', { room: 'news' });
  await back;
  expect(realtime.state).toBe('connected');
  expect(realtime.getId()).toBe('again');
  expect(realtime.getRooms()).toEqual(['news']);
  await expectHears(page, peer);
  return peer;
}
