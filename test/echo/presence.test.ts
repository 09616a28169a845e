import { describe, expect, it } from 'vitest';
import { EventLog } from '../support/event-log';
import { cut } from '../support/realtime-pair';
import { startLaravel, subscribed } from './laravel';

const user = (id: string) => ({ id, name: `User ${id}` });

describe('presence channels, with ToporiaConnector', () => {
  it('tell who is here, who comes and who goes, by user_info', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const ann = laravel.echo('ann').join('chat');
    ann
      .here((members) => log.note('here', members))
      .joining((member) => log.note('joining', member))
      .leaving((member) => log.note('leaving', member));
    expect(await log.until('here')).toEqual([[user('ann')]]);
    const bob = laravel.echo('bob');
    const seen = new Promise((resolve) => bob.join('chat').here(resolve));
    expect(await seen).toEqual([user('ann'), user('bob')]);
    expect(await log.until('joining')).toEqual([user('bob')]);
    bob.leave('chat');
    expect(await log.until('leaving')).toEqual([user('bob')]);
    expect(log.names).toEqual(['here', 'joining', 'leaving']);
  });

  it('pain 14: a user with two tabs is one member, who leaves with the last', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const ann = laravel.echo('ann').join('chat');
    ann.joining<{ id: string }>(({ id }) => log.note(`+${id}`));
    ann.leaving<{ id: string }>(({ id }) => log.note(`-${id}`));
    await subscribed(ann);
    const tabs = [laravel.echo('bob'), laravel.echo('bob')];
    for (const tab of tabs) await subscribed(tab.join('chat'));
    tabs[0]?.disconnect();
    await subscribed(laravel.echo('eve').join('chat'));
    await log.until('+eve');
    tabs[1]?.disconnect();
    await log.until('-bob');
    expect(log.names).toEqual(['+bob', '+eve', '-bob']);
  });

  it('tell after a reconnect who is here, and of the others only the true differences', async () => {
    const laravel = await startLaravel();
    const log = new EventLog();
    const echo = laravel.echo('ann');
    const [bob, eve] = [laravel.echo('bob'), laravel.echo('eve')];
    await Promise.all([bob, eve].map((other) => subscribed(other.join('chat'))));
    const ann = echo.join('chat');
    ann.here((members) => log.note('here', (members as { id: string }[]).map(({ id }) => id).sort()));
    ann.joining<{ id: string }>(({ id }) => log.note(`+${id}`));
    ann.leaving<{ id: string }>(({ id }) => log.note(`-${id}`));
    await log.until('here');
    cut(laravel.gateway, { getId: () => echo.socketId() });
    await log.until('here', 2);
    bob.disconnect();
    await log.until('-bob');
    expect(log.entries).toEqual([['here', ['ann', 'bob', 'eve']], ['here', ['ann', 'bob', 'eve']], ['-bob']]);
  });

  it('tell who is here also to who asks later', async () => {
    const laravel = await startLaravel();
    const chat = laravel.echo('ann').join('chat');
    await subscribed(chat);
    expect(await new Promise((resolve) => chat.here(resolve))).toEqual([user('ann')]);
  });

  it('are the same whether they are asked for as join() or by their full name', async () => {
    const laravel = await startLaravel();
    const echo = laravel.echo('ann');
    const chat = echo.channel('presence-chat');
    expect(echo.join('chat')).toBe(chat);
    await subscribed(echo.join('chat'));
    expect(await laravel.gateway.channel('presence-chat').getPresenceData()).toMatchObject([
      { user_id: 'ann' },
    ]);
  });
});
