import { describe, expect, it } from 'vitest';
import { gate, plain, startGateway } from '../core/support';

describe('a middleware that goes on late', () => {
  it('cannot go on once it has ended', async () => {
    const gateway = await startGateway();
    let late: () => unknown = () => {};
    gateway.use((_event, next) => {
      late = next;
    });
    const a = await plain(gateway);
    expect(await a.ask('join', 'r')).toEqual({
      error: { code: 'rejected', message: 'The gateway did not let this through.' },
    });
    expect(late).toThrow('next() was called after the middleware had ended.');
    expect(await gateway.channels()).toEqual([]);
  });

  it('has the members of a join told as they are when it is answered', async () => {
    const gateway = await startGateway();
    const { open, opened } = gate();
    const inside = gate();
    gateway.use(async (event, next) => {
      await next();
      if (event.data !== 'presence-1') return;
      inside.open();
      await opened;
    });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const asked = a.ask('join', 'presence-1');
    await inside.opened;
    await b.ask('join', { room: 'presence-1' });
    open();
    expect(((await asked) as { members: unknown[] }).members).toHaveLength(2);
  });
});
