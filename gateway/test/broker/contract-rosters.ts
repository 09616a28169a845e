import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/broker/broker';
import { message, room, type Start, two } from './contract-support';

export function rostersContract(start: Start): void {
  describe('rosters', () => {
    it('hold a user once, however many nodes it is on, and tell true changes alone', async () => {
      const { a, b } = await two(start);
      const r = room('presence-r');
      b.broker.enter(r, true);
      await b.broker.roster(r);
      const entry = await a.broker.join(r, '7', { name: 'Ann' });
      expect(entry).toEqual({ user_info: { name: 'Ann' }, connected_at: expect.any(Number) });
      expect(Math.abs(entry.connected_at - Date.now())).toBeLessThan(60_000);
      expect(await b.broker.join(r, '7', { name: 'Other' })).toEqual(entry);
      await a.broker.leave(r, '7');
      expect([...(await a.broker.roster(r)).members]).toEqual([['7', entry]]);
      await b.broker.leave(r, '7');
      await a.broker.join(r, '8', null);
      await b.until(() => b.users(r).join() === '8');
      const changes = b.of('roster').map(({ change }) => [change.type, change.user]);
      expect(changes).toEqual([
        ['joined', '7'],
        ['left', '7'],
        ['joined', '8'],
      ]);
      expect(b.of('roster')[1]?.change.entry).toEqual(entry);
      expect([...(await a.broker.roster(r)).members.keys()]).toEqual(['8']);
    });

    it('can be read by nodes that did not enter the room, which hear nothing of it', async () => {
      const { a, b } = await two(start);
      const r = room('presence-r');
      a.broker.enter(r, true);
      await a.broker.join(r, '7', {});
      expect([...(await b.broker.roster(r)).members.keys()]).toEqual(['7']);
      expect((await b.broker.roster(room('presence-r'))).members.size).toBe(0);
      await a.until(() => a.users(r).join() === '7');
      expect(b.of('roster')).toEqual([]);
    });

    it('tell an update, and versions that grow and that pages count by', async () => {
      const { a, b } = await two(start);
      const r = room('presence-r');
      b.broker.enter(r, true);
      const { version: before } = await b.broker.roster(r);
      const { connected_at } = await a.broker.join(r, '7', { away: false });
      await a.broker.update(r, '7', { away: true });
      await a.broker.update(r, 'nobody', { away: true });
      const page = await b.broker.roster(r);
      expect(page.members.get('7')).toEqual({ user_info: { away: true }, connected_at });
      await b.until(() => b.of('roster').length === 2);
      const changes = b.of('roster').map(({ change }) => change);
      expect(changes.map(({ type }) => type)).toEqual(['joined', 'updated']);
      const versions = changes.map(({ version }) => version);
      expect([...versions].sort((x, y) => x - y)).toEqual(versions);
      expect(versions[0]).toBeGreaterThan(before);
      expect(page.version).toBeGreaterThanOrEqual(versions[1] as number);
      expect(changes[1]?.entry).toEqual({ user_info: { away: true }, connected_at });
    });

    it('lose the users of a node that stops', async () => {
      const { a, b } = await two(start);
      const r = room('presence-r');
      b.broker.enter(r, true);
      await b.broker.join(r, 'both', {});
      await a.broker.join(r, 'both', {});
      await a.broker.join(r, 'a', {});
      await b.until(() => b.users(r).join() === 'a,both');
      await a.broker.stop();
      await b.until(() => b.users(r).join() === 'both');
      expect(a.broker.state.status).toBe('stopped');
      await expect(a.broker.publish([r], message(1))).rejects.toThrow(BrokerError);
    });
  });
}
