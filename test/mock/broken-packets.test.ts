// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { expectComesBack, expectHears, told } from './sanity';

const ToporiaRealtime = loadPage();
const BYTES = new Uint8Array([1, 2, 3]).buffer;

describe('a connection on which nonsense comes', () => {
  const here = eachJoined(ToporiaRealtime);

  describe('is given up, told, and made anew', () => {
    it.each([
      ['an empty Engine.IO packet', ['']],
      ['an unknown type of Engine.IO packet', ['9']],
      ['a text that is no packet', ['<html>']],
      ['an unknown type of Socket.IO packet', ['49["news"]']],
      ['a Socket.IO packet of no type', ['4x']],
      ['an event without a name', ['42[]']],
      ['an event that is no list', ['42{"news":1}']],
      ['an event cut short', ['42["news",{"text":"hel']],
      ['an event of a name that Socket.IO reserves', ['42["disconnect"]']],
      ['binary data that nothing announced', [BYTES]],
      [
        'an attachment that was given as text',
        ['451-["file",{"_placeholder":true,"num":0}]', '42["news",1]'],
      ],
      ['a number of attachments that is none', ['45x-["file"]']],
      ['a place for an attachment that there is not', ['451-["file",{"_placeholder":true,"num":7}]', BYTES]],
    ])('%s', async (_what, packets) => {
      const lost = told(here.page.realtime, 'disconnected');
      for (const packet of packets) here.peer.send(packet);
      expect(await lost).toEqual({ reason: expect.stringMatching(/^(parse|transport) error$/) });
      await expectComesBack(here.page, here.gateway);
    });
  });

  describe('goes on where that does no harm', () => {
    it.each([
      ['an event of another namespace', '42/other,["ping.sent",1]'],
      ['an answer to nothing that was asked', '43999["ok"]'],
      ['an answer that does not say to what', '43["ok"]'],
      ['a message that only Engine.IO has use for', '6'],
      ['an event whose name is a number', '42[5,{"text":"hi"}]'],
    ])('%s', async (_what, packet) => {
      here.peer.send(packet);
      await expectHears(here.page, here.peer);
      expect(here.page.realtime.state).toBe('connected');
    });
  });

  it('loses an event whose attachment never comes, and nothing else for longer than the connection', async () => {
    here.peer.send('451-["file",{"_placeholder":true,"num":0}]');
    expect(here.page.realtime.state).toBe('connected');
    const lost = told(here.page.realtime, 'disconnected');
    here.peer.close();
    await lost;
    await expectComesBack(here.page, here.gateway);
  });

  it('settles what waits for an answer when it is given up', async () => {
    const request = here.page.realtime.request('message.sent', 'hi');
    const reply = new Promise((resolve) => here.page.realtime.emit('message.sent', 'hi', resolve));
    here.peer.send('49');
    await expect(request).rejects.toMatchObject({ code: 'connection_lost' });
    expect(await reply).toMatchObject({ error: { code: 'connection_lost' } });
  });

  it('hears a binary event whole', async () => {
    const [data] = await Promise.all([
      new Promise((resolve) => here.page.realtime.on('file', resolve)),
      here.peer.send('451-["file",{"name":"a","bytes":{"_placeholder":true,"num":0}}]', BYTES),
    ]);
    expect(data).toEqual({ name: 'a', bytes: BYTES });
  });
});
