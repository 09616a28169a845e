import { describe, expect, it } from 'vitest';
import { Roster } from '../../src/presence/roster';

describe('a roster', () => {
  it('has one entry a user, from the first connection to the last', () => {
    const roster = new Roster();
    expect(roster.add('7', 'a', { name: 'Ada' }, 100)).toBe('first');
    expect(roster.add('7', 'b', { name: 'Other' }, 200)).toBe('further');
    expect(roster.add('7', 'b', { name: 'Other' }, 200)).toBe('further');
    expect(roster.members()).toEqual([{ user_id: '7', user_info: { name: 'Ada' }, connected_at: 100 }]);
    expect(roster.remove('7', 'a')).toBe(false);
    expect(roster.remove('7', 'a')).toBe(false);
    expect(roster.size).toBe(1);
    expect(roster.remove('7', 'b')).toBe(true);
    expect(roster.remove('7', 'b')).toBe(false);
    expect(roster.size).toBe(0);
  });

  it('keeps whom it has lost, until the time is over or the user is back', () => {
    const roster = new Roster();
    roster.add('7', 'a', 'info', 100);
    roster.add('7', 'b', 'info', 100);
    expect(roster.lose('7', 'a', 200)).toBe(false);
    expect(roster.lose('7', 'b', 300)).toBe(true);
    expect(roster.lose('7', 'b', 400)).toBe(false);
    expect(roster.has('7')).toBe(true);
    expect(roster.add('7', 'c', 'other', 500)).toBe('back');
    expect(roster.members()).toEqual([{ user_id: '7', user_info: 'info', connected_at: 100 }]);
    expect(roster.expire('7', 300)).toBe(false);
    expect(roster.lose('7', 'c', 600)).toBe(true);
    // The time of the first loss is over, that of the second isn't.
    expect(roster.expire('7', 300)).toBe(false);
    expect(roster.expire('7', 600)).toBe(true);
    expect(roster.expire('7', 600)).toBe(false);
    expect(roster.size).toBe(0);
  });

  it('updates whom it knows', () => {
    const roster = new Roster();
    expect(roster.update('7', 'x')).toBe(false);
    roster.add('7', 'a', 'old', 1);
    expect(roster.update('7', 'new')).toBe(true);
    expect(roster.members()).toEqual([{ user_id: '7', user_info: 'new', connected_at: 1 }]);
  });

  it('hands out snapshots', () => {
    const roster = new Roster();
    roster.add('7', 'a', 'old', 1);
    const snapshot = roster.members();
    roster.update('7', 'new');
    roster.add('8', 'b', {}, 2);
    expect(snapshot).toEqual([{ user_id: '7', user_info: 'old', connected_at: 1 }]);
  });

  it('takes any id, even a name of Object.prototype', () => {
    const roster = new Roster();
    for (const id of ['__proto__', 'constructor', 'toString']) roster.add(id, id, {}, 1);
    expect(roster.members().map(({ user_id }) => user_id)).toEqual(['__proto__', 'constructor', 'toString']);
  });
});
