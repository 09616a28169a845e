import { expect, it } from 'vitest';
import { Complaints } from '../../src/echo/complaints';
import { KeptLog } from '../auth/support';
import { TestClock } from '../limits/support';

it('complaints are told at once, and then not for ten seconds, each by itself', () => {
  const [log, clock] = [new KeptLog(), new TestClock()];
  const complaints = new Complaints(log, clock.now);
  const told = () => log.lines.splice(0).map(({ message, details }) => [message, details]);
  complaints.say('one', { room: 'a' });
  complaints.say('one', { room: 'b' });
  complaints.say('two', { room: 'c' });
  expect(told()).toEqual([
    ['one', { room: 'a' }],
    ['two', { room: 'c' }],
  ]);
  clock.advance(9_999);
  complaints.say('one', { room: 'd' });
  expect(told()).toEqual([]);
  clock.advance(1);
  complaints.say('one', { room: 'e' });
  complaints.say('two', { room: 'f' });
  expect(told()).toEqual([
    ['one', { room: 'e', unsaid: 2 }],
    ['two', { room: 'f' }],
  ]);
});
