import { describe, expect, it } from 'vitest';
import { EventLog, logOf } from '../support/event-log';
import { next, open, SECRET, SOON, startGateway, tokenFor } from '../support/realtime-pair';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe('a token that ends', () => {
  it('pain 08: is renewed before it does, over the same connection, so that nothing is interrupted', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    let asked = 0;
    const renewed = new Promise<void>((resolve) => {
      gateway.gateway.io.on('connection', (socket) => {
        socket.onAnyOutgoing((event) => event === 'authenticated' && resolve());
      });
    });
    const realtime = open(gateway.url, {
      ...SOON,
      auth: () => tokenFor('7', { expires: inSeconds(++asked === 1 ? 4 : 3_600) }),
    });
    const log = logOf(realtime, 'disconnected', 'error', 'auth_error');
    await realtime.join('presence.room');
    const id = realtime.getId();
    await renewed;
    await realtime.request('marker');
    expect(asked).toBe(2);
    expect(realtime.getId()).toBe(id);
    expect(realtime.getRooms()).toEqual(['presence.room']);
    expect(log.names).toEqual([]);
  });

  it('pain 08: is asked for anew before each connection, and the rooms come back with it', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const given: string[] = [];
    const realtime = open(gateway.url, {
      ...SOON,
      auth: async () => {
        // The one that was right at first is stale by the time of the second connection.
        const token = await tokenFor('7', { expires: '1h' });
        given.push(token);
        return given.length === 2 ? tokenFor('7', { expires: inSeconds(-60) }) : token;
      },
    });
    await realtime.join('presence.room');
    const log = logOf(realtime, 'connect_error', 'connected', 'reconnected');
    const back = next(realtime, 'reconnected');
    realtime.reconnect();
    await back;
    expect(log.names).toEqual(['connect_error', 'connected', 'reconnected']);
    expect(log.values('connect_error')).toEqual([expect.objectContaining({ code: 'token_expired' })]);
    expect(given).toHaveLength(3);
    expect(realtime.getRooms()).toEqual(['presence.room']);
  });

  it('that is refused again after one renewal is the end, and no storm', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    let asked = 0;
    const realtime = open(gateway.url, {
      ...SOON,
      auth: () => {
        asked += 1;
        return tokenFor('7', { expires: inSeconds(-60) });
      },
    });
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(realtime.state).toBe('failed');
    expect(asked).toBe(2);
  });

  it('whose renewal fails is told, and the connection comes back when there is a token again', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, token_grace: 500 });
    let asked = 0;
    const realtime = open(gateway.url, {
      ...SOON,
      auth: async () => {
        if (++asked === 2) throw new Error('the token service is down');
        return tokenFor('7', { expires: inSeconds(asked === 1 ? 2 : 3_600) });
      },
    });
    const errors = new EventLog();
    realtime.on('error', (error) => errors.note('error', error.code, error.message));
    await realtime.join('presence.room');
    const back = next(realtime, 'reconnected');
    await back;
    expect(errors.entries).toEqual([['error', 'unauthorized', 'the token service is down']]);
    expect(realtime.getRooms()).toEqual(['presence.room']);
  });
});
