import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { describeWith } from '../support/programs';
import { startPythonClient } from '../support/python-client';
import { next, open, startGateway, TRANSPORTS } from '../support/realtime-pair';

describeWith('python', 'python-socketio beside the SDK', () => {
  describe.each(TRANSPORTS)('over %s', (transport) => {
    const over = { transports: [transport] };

    it('joins, sends, receives and gets acks', async () => {
      const gateway = await startGateway();
      const realtime = open(gateway.url, over);
      await realtime.join('chat.room.1');
      const python = await startPythonClient(gateway.url, transport);

      expect(await python.ask('join', { room: 'chat.room.1' })).toMatchObject({ room: 'chat.room.1' });
      const heard = next(realtime, 'message.sent');
      expect(await python.ask('message.sent', { text: 'from Python' })).toEqual({ status: 'ok' });
      expect(await heard).toEqual({ text: 'from Python' });

      expect(await realtime.request('message.sent', { text: 'to Python' })).toEqual({ status: 'ok' });
      gateway.broadcast('chat.room.1', 'news', [1, 'two', null]);
      // Its handlers run in threads of their own, so their order is theirs.
      expect(await python.log.until('news')).toEqual([[1, 'two', null]]);
      expect(await python.log.until('message.sent')).toEqual([{ text: 'to Python' }]);
      expect(python.log.entries.filter(([event]) => event !== 'ack')).toHaveLength(3);
    });

    it('is refused with the same errors', async () => {
      const gateway = await startGateway();
      const python = await startPythonClient(gateway.url, transport);
      expect(await python.ask('join', 'private.room')).toMatchObject({ error: { code: 'forbidden' } });
      expect(await python.ask('join-room', { room: 'a..b' })).toMatchObject({
        error: { code: 'invalid_room' },
      });
      expect(await python.ask('user.joined', {})).toMatchObject({ error: { code: 'reserved_event' } });
      expect(await python.ask('note', { room: 'elsewhere' })).toMatchObject({
        error: { code: 'not_in_room' },
      });
    });

    it('answers the server, and passes binary data both ways', async () => {
      const gateway = await startGateway();
      const realtime = open(gateway.url, over);
      await realtime.join('files');
      const python = await startPythonClient(gateway.url, transport);
      await python.ask('join', 'files');
      const heard = next(realtime, 'file');
      await python.ask('file', { bytes: [0, 127, 255] });
      expect(await heard).toEqual(Buffer.from([0, 127, 255]));
      realtime.emit('file', Uint8Array.from([1, 254]));
      expect(await python.log.until('file')).toEqual([{ bytes: [1, 254] }]);
      const [socket] = [...gateway.gateway.io.sockets.sockets.values()].filter(
        ({ id }) => id !== realtime.getId(),
      );
      expect(await socket?.emitWithAck('question', 5)).toEqual({ answered: 5 });
    });

    it('is a member of presence rooms, and comes and goes', async () => {
      const gateway = await startGateway();
      const realtime = open(gateway.url, over);
      await realtime.join('presence.room');
      const members = logOf(realtime, 'user.joined', 'user.left');
      const python = await startPythonClient(gateway.url, transport);
      const reply = await python.ask('subscribe', {
        channel: 'presence.room',
        channel_data: { user_info: { name: 'Py' } },
      });
      expect(reply).toMatchObject({ channel: 'presence.room', subscribed: true });
      expect((reply as { members: unknown[] }).members).toHaveLength(2);
      expect((await members.until('user.joined'))[0]).toMatchObject({ user_info: { name: 'Py' } });
      await python.ask('unsubscribe', 'presence.room');
      await members.until('user.left');
      expect(await python.log.until('subscribed')).toEqual([{ channel: 'presence.room' }]);
    });
  });
});
