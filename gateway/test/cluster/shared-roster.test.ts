import { describe, expect, it } from 'vitest';
import type { RosterChange, RosterEntry, RosterPage } from '../../src/broker/broker';
import { type News, SharedRoster } from '../../src/presence/shared-roster';

const entry = (user_info: unknown, connected_at = 1): RosterEntry => ({ user_info, connected_at });

function page(version: number, members: Record<string, RosterEntry>): RosterPage {
  return { version, members: new Map(Object.entries(members)) };
}

function change(
  version: number,
  type: RosterChange['type'],
  user: string,
  info: unknown = null,
): RosterChange {
  return { version, type, user, entry: entry(info) };
}

const short = (news: readonly News[]) => news.map(({ type, user }) => `${type} ${user}`);
const ids = (roster: SharedRoster) => roster.members().map(({ user_id }) => user_id);

describe('a roster over several nodes', () => {
  it('takes what was told before it was known, as far as that is newer', () => {
    const roster = new SharedRoster();
    for (const told of [change(1, 'joined', 'a'), change(2, 'left', 'a'), change(3, 'joined', 'c')]) {
      expect(roster.apply(told)).toEqual([]);
    }
    roster.load(page(2, { b: entry(null) }));
    expect(ids(roster)).toEqual(['b', 'c']);
  });

  it('leaves out what it has been told already', () => {
    const roster = new SharedRoster();
    roster.load(page(5, { a: entry(null) }));
    expect(roster.apply(change(5, 'left', 'a'))).toEqual([]);
    expect(short(roster.apply(change(6, 'left', 'a')))).toEqual(['left a']);
    // A page that was asked for before that.
    expect(roster.load(page(5, { a: entry(null) }))).toEqual([]);
    expect(ids(roster)).toEqual([]);
  });

  it('takes a page that is told, whatever its version, and tells the differences alone', () => {
    const roster = new SharedRoster();
    roster.load(page(9, { a: entry(1), b: entry(1), c: entry(1) }));
    const news = roster.replace(page(2, { d: entry(1, 0), b: entry(2), a: entry(1) }));
    expect(short(news)).toEqual(['left c', 'joined d', 'updated b']);
    expect(short(roster.apply(change(3, 'left', 'a')))).toEqual(['left a']);
  });

  it('counts who is here, also where the broker does not know of it', () => {
    const roster = new SharedRoster();
    roster.load(page(1, {}));
    roster.add('here', 'socket', { name: 'H' }, 5);
    expect(roster.size).toBe(1);
    expect(roster.apply(change(2, 'joined', 'here', { name: 'H' }))).toEqual([]);
    expect(roster.apply(change(3, 'left', 'here'))).toEqual([]);
    expect(roster.members()).toEqual([{ user_id: 'here', user_info: { name: 'H' }, connected_at: 5 }]);
    expect(roster.size).toBe(1);
  });

  it('shows what the broker could not be told, until it knows', () => {
    const roster = new SharedRoster();
    roster.load(page(1, { gone: entry(1), changed: entry(1) }));
    expect(short(roster.hold('gone', { type: 'left' }))).toEqual(['left gone']);
    expect(short(roster.hold('changed', { type: 'updated', userInfo: 2 }))).toEqual(['updated changed']);
    expect(roster.replace(page(2, { gone: entry(1), changed: entry(1) }))).toEqual([]);
    expect([roster.size, roster.has('gone'), roster.info('changed')]).toEqual([1, false, 2]);
    // On another node, too, as it turns out.
    expect(short(roster.release('gone'))).toEqual(['joined gone']);
    expect(roster.apply(change(3, 'updated', 'changed', 2))).toEqual([]);
    expect(roster.release('changed')).toEqual([]);
  });
});
