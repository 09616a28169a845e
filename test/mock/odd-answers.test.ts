// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { expectHears } from './sanity';

const ToporiaRealtime = loadPage();

describe('an answer that is not what was agreed', () => {
  const here = eachJoined(ToporiaRealtime);

  it.each([
    ['nothing', []],
    ['null', [null]],
    ['a text', ['ok']],
    ['members that are no list', [{ room: 'presence.room', members: 5 }]],
    ['a member that is nothing', [{ room: 'presence.room', members: [null] }]],
  ])('to a join, such as %s, lets the client into the room', async (_what, reply) => {
    const joined = here.page.realtime.join('presence.room');
    await here.peer.answer('subscribe', ...reply);
    await joined;
    expect(here.page.realtime.getRooms()).toEqual(['news', 'presence.room']);
    await expectHears(here.page, here.peer);
  });

  it.each([
    ['whose message is an object', { error: { code: 'forbidden', message: { toString: 1 } } }],
    ['whose code is an object', { error: { code: { toString: 1 }, message: 'no' } }],
    ['whose code is a list', { error: { code: ['forbidden'], message: 'no' } }],
    ['with a code like one of ours', { error: { code: 'invalid_horoscope', message: 'no' } }],
    ['with a code of the client alone', { error: { code: 'invalid_argument', message: 'no' } }],
  ])('with an error %s rejects a request', async (_what, reply) => {
    const request = here.page.realtime.request('message.sent', 'hi');
    const failure = request.catch((error: unknown) => error);
    await here.peer.answer('message.sent', reply);
    expect(await failure).toMatchObject({
      name: 'RealtimeError',
      code: expect.stringMatching(/^(rejected|forbidden)$/),
    });
  });

  it.each([
    ['with a number for a name', '42[5,{"text":"hi"},{"channel":"news"}]'],
    ['with a number for its sender', '42["typing.started",{},{"channel":"news","sender":7}]'],
    ['with nothing for its sender', '42["typing.started",{},{"channel":"news","sender":null}]'],
    ['with an object for its room', '42["other.sent",1,{"channel":{"toString":1}}]'],
    ['with an object for its id', '42["other.sent",1,{"id":{"toString":1}}]'],
    ['that refuses a room which is an object', '42["subscription_error",{"channel":{"toString":1}}]'],
    ['of a member that is an object', '42["user.joined",{"user_id":{"toString":1}},{"channel":"news"}]'],
    ['that says goodbye with nonsense', '42["toporia:bye",null]'],
  ])('to an event %s leaves the client as it was', async (_what, packet) => {
    here.peer.send(packet);
    await expectHears(here.page, here.peer);
    expect(here.page.realtime.state).toBe('connected');
  });

  it.each([1e12, -1, 'soon', null, {}])(
    'to when to come back, such as %j, brings it back like any other',
    async (after) => {
      const waiting = new Promise<{ delay: number }>((resolve) =>
        here.page.realtime.on('reconnecting', resolve),
      );
      here.peer.send(`42["toporia:bye",{"code":"restart","retry_after":${JSON.stringify(after)}}]`);
      await expectHears(here.page, here.peer);
      here.peer.close();
      const { delay } = await waiting;
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(2 ** 31);
    },
  );
});
