import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Member, Presence } from '../../src/client/presence';
import type { MemberPayload } from '../../src/protocol';

const payload = (user_id: string | number, user_info: unknown = null) =>
  ({ user_id, user_info, connected_at: 0 }) as MemberPayload;

describe('presence', () => {
  let presence: Presence;
  let heard: string[];
  let publish: (info: unknown) => Promise<void>;

  beforeEach(() => {
    publish = vi.fn(async () => {});
    presence = new Presence(
      (error) => {
        throw error;
      },
      (info) => publish(info),
    );
    heard = [];
    presence.on('sync', (members) => heard.push(`sync ${members.map(({ id }) => id)}`));
    presence.on('joined', ({ id }) => heard.push(`joined ${id}`));
    presence.on('left', ({ id }) => heard.push(`left ${id}`));
    presence.on('updated', ({ id }) => heard.push(`updated ${id}`));
  });

  it('takes its first roster without announcing anyone', () => {
    presence._sync([payload('1', { name: 'Ann' }), payload('2')]);
    expect(heard).toEqual(['sync 1,2']);
    expect(presence.members).toEqual([
      { id: '1', info: { name: 'Ann' } },
      { id: '2', info: null },
    ]);
  });

  it('takes 7 and "7" for one user', () => {
    presence._sync([payload(7, { name: 'Ann' })]);
    presence._receive('user.joined', { user_id: '7', user_info: { name: 'Ann' } });
    expect(presence.members).toEqual([{ id: '7', info: { name: 'Ann' } }]);
    expect(presence.get(7)).toBe(presence.get('7'));
    presence._sync([payload('7', { name: 'Ann' })]);
    presence._receive('user.left', { user_id: 7 });
    expect(presence.members).toEqual([]);
    expect(heard).toEqual(['sync 7', 'sync 7', 'left 7']);
  });

  it('announces after a rejoin only what has truly changed meanwhile', () => {
    presence._sync([payload('1'), payload('2', 'away'), payload('3')]);
    heard.length = 0;
    presence._sync([payload('2', 'here'), payload('3'), payload('4')]);
    expect(heard).toEqual(['left 1', 'updated 2', 'joined 4', 'sync 2,3,4']);
  });

  it('hands an update the entry before it', () => {
    const updated = vi.fn();
    presence.on('updated', updated);
    presence._sync([payload('1', 'away')]);
    presence._receive('user.updated', { user_id: '1', user_info: 'here' });
    expect(updated).toHaveBeenCalledExactlyOnceWith({ id: '1', info: 'here' }, { id: '1', info: 'away' });
  });

  it('ignores what comes before the first roster, and after the room was left', () => {
    presence._receive('user.joined', { user_id: '1', user_info: null });
    presence._sync([payload('2')]);
    presence._clear();
    presence._receive('user.joined', { user_id: '3', user_info: null });
    expect(presence.members).toEqual([]);
    expect(heard).toEqual(['sync 2']);
    presence._sync([payload('4')]);
    expect(heard).toEqual(['sync 2', 'sync 4']);
  });

  it.each([undefined, null, 'text', 7, []])('ignores an event with the payload %j', (data) => {
    presence._sync([payload('1')]);
    for (const event of ['user.joined', 'user.left', 'user.updated', 'user.vanished']) {
      presence._receive(event, data);
    }
    expect(presence.members).toHaveLength(1);
    expect(heard).toEqual(['sync 1']);
  });

  it('takes prototype names for ordinary ids', () => {
    const ids = ['__proto__', 'constructor', 'toString'];
    for (const id of ids) expect(presence.get(id)).toBeUndefined();
    presence._sync(ids.map((id) => payload(id)));
    expect(presence.members.map(({ id }) => id)).toEqual(ids);
    for (const id of ids) expect(presence.get(id)).toEqual({ id, info: null });
  });

  it('gives the same array until something changes', () => {
    presence._sync([payload('1')]);
    const { members } = presence;
    presence._receive('user.joined', { user_id: '1', user_info: null });
    expect(presence.members).toBe(members);
    presence._receive('user.joined', { user_id: '2', user_info: null });
    expect(presence.members).not.toBe(members);
    expect(members).toHaveLength(1);
  });

  it('has the new roster in place when it announces', () => {
    const seen: (Member | undefined)[] = [];
    presence._sync([payload('1')]);
    presence.on('joined', ({ id }) => seen.push(presence.get(id)));
    presence.on('left', ({ id }) => seen.push(presence.get(id)));
    presence._receive('user.joined', { user_id: '2', user_info: 'x' });
    presence._receive('user.left', { user_id: '1' });
    expect(seen).toEqual([{ id: '2', info: 'x' }, undefined]);
  });

  it('publishes an update, and stops telling a handler that is off', async () => {
    await presence.update({ status: 'away' });
    expect(publish).toHaveBeenCalledExactlyOnceWith({ status: 'away' });
    presence.off('sync');
    presence._sync([payload('1')]);
    expect(heard).toEqual([]);
  });
});
