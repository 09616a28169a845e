import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Typing } from '../../src/client/typing';
import { ManualClock } from '../support/manual-clock';

describe('typing', () => {
  let clock: ManualClock;
  let typing: Typing;
  let sent: unknown[];

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    typing = new Typing(
      (error) => {
        throw error;
      },
      clock,
      (event, user) => sent.push(user === undefined ? event : [event, user]),
    );
  });

  describe('of this user', () => {
    it('is told at once, and then at most every 2 s', () => {
      typing.start();
      expect(sent).toEqual(['typing.started']);
      clock.advance(1_999);
      typing.start();
      expect(sent).toHaveLength(1);
      clock.advance(1);
      typing.start();
      expect(sent).toEqual(['typing.started', 'typing.started']);
    });

    it('takes three messages for ten keystrokes in 4.5 s, and one more for the end', () => {
      for (let stroke = 0; stroke < 10; stroke++) {
        typing.start();
        clock.advance(500);
      }
      clock.advance(10_000);
      expect(sent).toEqual(['typing.started', 'typing.started', 'typing.started', 'typing.stopped']);
    });

    it('ends 3 s after the last keystroke', () => {
      typing.start();
      clock.advance(1_500);
      typing.start();
      clock.advance(2_999);
      expect(sent).toEqual(['typing.started']);
      clock.advance(1);
      expect(sent).toEqual(['typing.started', 'typing.stopped']);
      expect(clock.pending).toBe(0);
    });

    it('ends at once with stop(), of which there is nothing to tell a second time', () => {
      typing.stop();
      typing.start();
      typing.stop();
      typing.stop();
      clock.advance(10_000);
      expect(sent).toEqual(['typing.started', 'typing.stopped']);
    });

    it('is told at once again after it has ended', () => {
      typing.start();
      typing.stop();
      typing.start();
      expect(sent).toEqual(['typing.started', 'typing.stopped', 'typing.started']);
    });

    it('carries the name that was given', () => {
      typing.start('Ann');
      clock.advance(3_000);
      expect(sent).toEqual([
        ['typing.started', 'Ann'],
        ['typing.stopped', 'Ann'],
      ]);
    });

    it('ends with the connection without a word, and is told anew on the next', () => {
      typing.start();
      typing._clear();
      clock.advance(10_000);
      expect(sent).toEqual(['typing.started']);
      typing.start();
      expect(sent).toEqual(['typing.started', 'typing.started']);
    });
  });

  describe('of others', () => {
    const hear = (event: string, user: unknown, sender?: string) =>
      typing._receive(
        event,
        user === undefined ? {} : { user },
        sender ? { sender: { user_id: sender } } : {},
      );

    it('lists who has begun and not stopped, in that order', () => {
      hear('typing.started', 'Ann');
      hear('typing.started', 'Bob');
      hear('typing.started', 'Ann');
      expect(typing.users).toEqual(['Ann', 'Bob']);
      hear('typing.stopped', 'Ann');
      hear('typing.stopped', 'Cid');
      expect(typing.users).toEqual(['Bob']);
    });

    it('forgets who has not been heard of for 6 s', () => {
      hear('typing.started', 'Ann');
      clock.advance(4_000);
      hear('typing.started', 'Ann');
      clock.advance(5_999);
      expect(typing.users).toEqual(['Ann']);
      clock.advance(1);
      expect(typing.users).toEqual([]);
      expect(clock.pending).toBe(0);
    });

    it('goes by the sender where the message has no name', () => {
      hear('typing.started', undefined, '7');
      expect(typing.users).toEqual(['7']);
      hear('typing.stopped', undefined, '7');
      expect(typing.users).toEqual([]);
    });

    it.each([undefined, null, 5, {}, ['Ann']])('ignores a message whose user is %j', (user) => {
      hear('typing.started', user);
      expect(typing.users).toEqual([]);
    });

    it.each([undefined, null, 'Ann', 5])('ignores a message that is %j', (data) => {
      typing._receive('typing.started', data, {});
      expect(typing.users).toEqual([]);
    });

    it('ends with the connection', () => {
      hear('typing.started', 'Ann');
      typing._clear();
      expect(typing.users).toEqual([]);
      expect(clock.pending).toBe(0);
    });

    it('tells each change once, with a list of its own', () => {
      const changes: (readonly string[])[] = [];
      const end = typing.on('change', (users) => changes.push(users));
      hear('typing.started', 'Ann');
      hear('typing.started', 'Ann');
      hear('typing.started', '__proto__');
      typing._clear();
      typing._clear();
      end();
      hear('typing.started', 'Bob');
      expect(changes).toEqual([['Ann'], ['Ann', '__proto__'], []]);
    });

    it('gives the same array until something changes', () => {
      hear('typing.started', 'Ann');
      const { users } = typing;
      hear('typing.started', 'Ann');
      expect(typing.users).toBe(users);
    });
  });

  it('is told of others and tells of this user independently', () => {
    const changed = vi.fn();
    typing.on('change', changed);
    typing.start('Ann');
    expect(changed).not.toHaveBeenCalled();
    typing._receive('typing.started', { user: 'Bob' }, {});
    clock.advance(3_000);
    expect(typing.users).toEqual(['Bob']);
  });
});
