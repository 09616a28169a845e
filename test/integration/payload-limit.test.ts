import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { open, openPlain, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('a payload over the limit, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  async function connected(max_payload?: number) {
    const gateway = await startGateway(max_payload === undefined ? {} : { limits: { max_payload } });
    gateway
      .of('/')
      .on('size', (data) => (typeof data === 'string' ? data.length : (data as Buffer).byteLength));
    const realtime = open(gateway.url, over);
    await realtime.ready();
    return { gateway, realtime, lost: logOf(realtime, 'disconnected') };
  }

  const tooLarge: [string, unknown][] = [
    ['text', 'x'.repeat(1_000_001)],
    ['text of several bytes a character', '€'.repeat(400_000)],
    ['text of surrogate pairs', '😀'.repeat(300_000)],
    ['text that JSON makes longer', '\n'.repeat(600_000)],
    ['binary', new Uint8Array(1_000_001)],
    ['binary in an object', { file: new ArrayBuffer(1_100_000) }],
  ];

  it.each(tooLarge)('is refused by the SDK, and the connection goes on: %s', async (_kind, payload) => {
    const { realtime, lost } = await connected();
    const error = await realtime.request('size', payload).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'payload_too_large',
      message: expect.stringMatching(/\d{7}.* 1000000/),
    });
    const reply = await new Promise((resolve) => realtime.emit('size', payload, resolve));
    expect(reply).toEqual({ error: expect.objectContaining({ code: 'payload_too_large' }) });
    expect(await realtime.request('size', 'fits')).toBe(4);
    expect(lost.entries).toEqual([]);
  });

  it('is the "error" event without an ack', async () => {
    const { realtime, lost } = await connected();
    const errors = logOf(realtime, 'error');
    realtime.emit('size', 'x'.repeat(1_000_001));
    await errors.until('error');
    expect(errors.values('error')).toEqual([expect.objectContaining({ code: 'payload_too_large' })]);
    expect(await realtime.request('size', 'fits')).toBe(4);
    expect(lost.entries).toEqual([]);
  });

  it.each([
    ['text', (size: number) => 'x'.repeat(size)],
    ['text of three bytes a character', (size: number) => `${'€'.repeat(size / 3)}${'x'.repeat(size % 3)}`],
    ['binary', (size: number) => new Uint8Array(transport === 'polling' ? Math.floor((size * 3) / 4) : size)],
  ])('begins exactly where the gateway sees it: %s', async (_kind, make) => {
    const { realtime, lost } = await connected(10_000);
    let refusedFrom = 0;
    for (let size = 9_900; size <= 10_020; size++) {
      const outcome = await realtime.request('size', make(size)).then(
        () => 'answered',
        ({ code }: { code: string }) => code,
      );
      if (outcome !== 'answered') refusedFrom ||= size;
      expect(outcome).toBe(refusedFrom ? 'payload_too_large' : 'answered');
    }
    expect(refusedFrom).toBeGreaterThan(9_900);
    expect(lost.entries).toEqual([]);
  });

  it('follows the limit that the gateway told in its handshake', async () => {
    const { realtime, lost } = await connected(3_000_000);
    expect(await realtime.request('size', 'x'.repeat(2_900_000))).toBe(2_900_000);
    await expect(realtime.request('size', 'x'.repeat(3_000_000))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    expect(lost.entries).toEqual([]);
  });

  it('is none where many make it together, each of which would pass alone', async () => {
    const { realtime, lost } = await connected();
    const sizes = [
      ...Array.from({ length: 10 }, () => realtime.request('size', new Uint8Array(400_000))),
      ...Array.from({ length: 10 }, () => realtime.request('size', '€'.repeat(200_000))),
    ];
    expect(new Set(await Promise.all(sizes))).toEqual(new Set([400_000, 200_000]));
    expect(lost.entries).toEqual([]);
  });

  it('from the queue is refused when its turn comes, and the rest is sent', async () => {
    const { gateway } = await connected();
    const realtime = open(gateway.url, { ...over, autoConnect: false });
    const large = realtime.request('size', 'x'.repeat(1_000_001)).catch((error: unknown) => error);
    const small = realtime.request('size', 'small');
    realtime.connect();
    expect(await small).toBe(5);
    expect(await large).toMatchObject({ code: 'payload_too_large' });
  });

  it('closes the transport of a client that sends it nevertheless, and of no other', async () => {
    const { gateway, realtime, lost } = await connected();
    const plain = await openPlain(gateway.url, over);
    const ended = new Promise((resolve) => plain.once('disconnect', resolve));
    plain.emit('size', 'x'.repeat(1_100_000));
    expect(await ended).toMatch(/transport (close|error)/);
    expect(await realtime.request('size', 'fits')).toBe(4);
    expect(lost.entries).toEqual([]);
  });
});
