import { describe, expect, it } from 'vitest';
import { open, startGateway, TRANSPORTS, wireNames } from '../support/realtime-pair';

describe.each(TRANSPORTS)('what is only worth sending now, over %s', (transport) => {
  it('is sent though the connection is busy with what was sent just before', async () => {
    const gateway = await startGateway();
    const names = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, { transports: [transport] });
    const room = await realtime.join('chat');
    names.length = 0;
    room.typing.start('Lea');
    room.emit('message.sent', 'Hello');
    room.typing.stop();
    room.whisper('cursor', 1).whisper('cursor', 2);
    expect(await room.request('seen', 3, { volatile: true })).toEqual({ status: 'ok' });
    expect(names).toEqual([
      'typing.started',
      'message.sent',
      'typing.stopped',
      'client-cursor',
      'client-cursor',
      'seen',
    ]);
  });
});
