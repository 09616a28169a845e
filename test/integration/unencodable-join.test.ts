import { expect, it } from 'vitest';
import type { RealtimeError } from '../../src';
import { cut, next, open, SOON, startGateway } from '../support/realtime-pair';

const bad: [string, unknown, string][] = [
  ['that JSON cannot hold', { big: 1n }, 'invalid_payload'],
  ['over the limit', 'x'.repeat(1_100_000), 'payload_too_large'],
];

it.each(bad)(
  'fails a room alone whose join brings something %s, before the connection',
  async (_kind, info, code) => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    const failing = realtime.channel('presence.a', { info });
    const error = next(failing, 'error');
    await realtime.join('b');
    expect(await error).toMatchObject({ code });
    await expect(failing.ready).rejects.toMatchObject({ code });
  },
);

it.each(bad)(
  'fails a room alone whose join brings something %s, while connected',
  async (_kind, info, code) => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    await realtime.join('b');
    const refusal = await realtime.channel('presence.a', { info }).ready.catch((error: unknown) => error);
    expect((refusal as RealtimeError).code).toBe(code);
    await expect(realtime.join('presence.c', { info })).rejects.toMatchObject({ code });
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(realtime.getRooms()).toEqual(['b']);
  },
);
