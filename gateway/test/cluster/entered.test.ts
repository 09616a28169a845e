import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../src/broker/memory-hub';
import { plain, SECRET, startGateway } from '../core/support';
import { lose } from '../log/support';
import { pair, until, userAt } from './support';

describe('what a gateway asks of its broker', () => {
  it('is to hear of the rooms that somebody here is in, and of no other', async () => {
    const { a } = await pair({ presence_grace: 0 });
    const asked: unknown[] = [];
    const { enter, exit } = a.broker;
    a.broker.enter = (room, isPresence) => {
      asked.push(['enter', room, isPresence]);
      enter.call(a.broker, room, isPresence);
    };
    a.broker.exit = (room) => {
      asked.push(['exit', room]);
      exit.call(a.broker, room);
    };
    const [one, two] = [await plain(a.gateway), await plain(a.gateway)];
    await one.ask('join', 'r');
    await two.ask('join', 'r');
    await one.ask('join', 'presence-p');
    await one.ask('leave', 'r');
    await one.ask('leave', 'presence-p');
    expect(asked).toEqual([
      ['enter', '/ r', false],
      ['enter', '/ presence-p', true],
      ['exit', '/ presence-p'],
    ]);
    await lose(a.gateway, two);
    expect(asked.slice(3)).toEqual([['exit', '/ r']]);
  });

  it('works though the broker is there only later', async () => {
    const hub = new MemoryHub({ log: undefined, repeatsAge: 1_000 });
    const [broker, other] = [hub.connect(), hub.connect()];
    const { start } = broker;
    let begin = () => {};
    broker.start = (listener) => {
      begin = () => start.call(broker, listener);
    };
    const late = { gateway: await startGateway({ jwt_secret: SECRET }, { broker }), broker };
    const there = { gateway: await startGateway({ jwt_secret: SECRET }, { broker: other }), broker: other };
    const node = { cut: async () => {}, mend: async () => {}, drop: async () => {} };
    await (await userAt({ ...there, ...node }, '1')).ask('join', 'presence-r');
    const here = await userAt({ ...late, ...node }, '2');
    expect(await here.ask('join', 'presence-r')).toMatchObject({ members: [{ user_id: '2' }] });
    expect(late.gateway.isReady).toBe(false);
    begin();
    expect(await here.next('user.joined')).toMatchObject(['user.joined', { user_id: '1' }]);
    await until(async () => (await there.gateway.channel('presence-r').getPresenceData()).length === 2);
    expect(late.gateway.isReady).toBe(true);
    hub.stop();
  });

  it('is not put off by what nodes of another version tell', async () => {
    const { a, b } = await pair();
    for (const what of [
      null,
      7,
      [],
      { ask: 'id', question: { type: 'new' } },
      { ask: 'id' },
      { namespaces: 7, readers: [] },
    ])
      await b.broker.tell(what);
    const member = await plain(a.gateway);
    await member.ask('join', 'r');
    await b.gateway.broadcast('r', 'm', 1).sent;
    expect(await member.next('m')).toEqual(['m', 1]);
    expect(await a.gateway.kick('nobody')).toBe(0);
  });
});
