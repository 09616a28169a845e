import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { next, open, SOON, startSocketIo, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('a Socket.IO server that knows nothing of Toporia, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('is sent to, answers, and is heard', async () => {
    const { io, url } = await startSocketIo();
    io.on('connection', (socket) => {
      socket.on('double', (number: number, reply: (result: number) => void) => reply(number * 2));
      socket.on('shout', (text: string) => io.emit('shouted', text.toUpperCase()));
    });
    const realtime = open(url, over);
    expect(await realtime.request('double', 21)).toBe(42);
    expect(await new Promise((resolve) => realtime.emit('double', 4, resolve))).toBe(8);
    const heard = next(realtime, 'shouted');
    realtime.emit('shout', 'hello');
    expect(await heard).toBe('HELLO');
  });

  it('may join the client to a room by an event of its own, and address it there', async () => {
    const { io, url } = await startSocketIo();
    io.on('connection', (socket) => {
      socket.on('join', async ({ room }: { room: string }, reply: (answer: unknown) => void) => {
        await socket.join(room);
        reply({ room });
      });
    });
    const realtime = open(url, over);
    const channel = await realtime.join('news');
    const heard = next(channel, 'flash');
    io.to('news').emit('flash', { text: 'hi', channel: 'news' });
    expect(await heard).toEqual({ text: 'hi', channel: 'news' });
  });

  it('that does not answer a join makes it fail in time, and nothing else', async () => {
    const { url } = await startSocketIo();
    const realtime = open(url, { ...over, ackTimeout: 200 });
    const errors = logOf(realtime, 'error', 'disconnected');
    await realtime.ready();
    await expect(realtime.join('news')).rejects.toMatchObject({ code: 'timeout' });
    expect(realtime.getRooms()).toEqual([]);
    expect(realtime.isConnected()).toBe(true);
    expect(errors.entries).toEqual([]);
  });

  it('sends several arguments: the first is the payload', async () => {
    const { io, url } = await startSocketIo();
    const realtime = open(url, over);
    await realtime.ready();
    const heard = next(realtime, 'pair');
    io.emit('pair', 'first', 'second');
    expect(await heard).toBe('first');
  });

  it('refuses by a middleware: told with its data, and tried again', async () => {
    const { io, url } = await startSocketIo();
    let asked = 0;
    io.use((_socket, go) => {
      if (++asked > 1) return go();
      go(Object.assign(new Error('not now'), { data: { reason: 'busy' } }));
    });
    const realtime = open(url, over);
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(errors.values('connect_error')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('not now'),
        cause: expect.objectContaining({ reason: 'busy' }),
      }),
    ]);
  });

  it('may use names that the SDK keeps for itself, and is not mistaken', async () => {
    const { io, url } = await startSocketIo();
    const realtime = open(url, over);
    await realtime.ready();
    const log = logOf(realtime, 'connected', 'reconnected', 'state', 'error', 'disconnected', 'end');
    for (const name of ['connected', 'reconnected', 'state', 'error', 'disconnected']) io.emit(name, {});
    io.emit('end');
    await log.until('end');
    expect(log.names).toEqual(['end']);
  });
});
