import { describe, expect, it } from 'vitest';
import type { Position } from '../../../src/protocol';
import type { Heard } from '../../src/broker/broker';
import { Payload } from '../../src/delivery/payload';
import { message, room, type Start, two } from './contract-support';

export function messagesContract(start: Start): void {
  describe('messages', () => {
    it('reach every node that entered the room, the sender too, in the order of their positions', async () => {
      const { a, b } = await two(start);
      const r = room();
      for (const { broker } of [a, b]) broker.enter(r, false);
      await Promise.all([a.broker.position(r), b.broker.position(r)]);
      const places = await Promise.all(
        Array.from({ length: 20 }, (_, i) => [a, b][i % 2]?.broker.publish([r], message(i))),
      );
      for (const node of [a, b]) await node.until(() => node.numbers(r).length === 20);
      expect(a.numbers(r)).toEqual(b.numbers(r));
      const positions = a.of('heard').map(({ heard }) => heard.position as Position);
      const [first] = positions as [Position];
      expect(positions.map(({ offset }) => offset - first.offset)).toEqual([...Array(20).keys()]);
      expect(new Set(positions.map(({ epoch }) => epoch)).size).toBe(1);
      expect(places.flat()).toHaveLength(20);
      for (const [i, [place]] of (places as [Position][]).entries())
        expect(a.numbers(r)[place.offset - first.offset]).toBe(i);
    });

    it('are heard as they were published', async () => {
      const { a, b } = await two(start);
      const r = room();
      b.broker.enter(r, false);
      await b.broker.position(r);
      const payload = new Payload([{ text: 'ü "quoted"', bytes: Buffer.from([0, 1, 255]) }, null, 7]);
      const sent = message(0, { payload, sender: '7', notFor: ['@reader'], except: ['socket'] });
      await a.broker.publish([r], sent);
      await b.until(() => b.of('heard').length > 0);
      const { heard } = b.of('heard')[0] as { heard: Heard };
      const { payload: got, ...rest } = heard.message;
      const { payload: _, ...wanted } = sent;
      expect(rest).toMatchObject(wanted);
      expect(got.decode()).toEqual(payload.decode());
      expect(heard.rooms).toEqual([r]);
      const { messages } = await a.broker.last(r, 1);
      expect(messages?.[0]?.payload.decode()).toEqual(payload.decode());
      expect(messages?.[0]).toMatchObject({
        event: 'message',
        id: sent.id,
        sender: '7',
        notFor: ['@reader'],
      });
    });

    it('are not heard in rooms that were not entered, or are left', async () => {
      const { a, b } = await two(start);
      const [r, left] = [room(), room()];
      b.broker.enter(r, false);
      b.broker.enter(left, false);
      await b.broker.position(left);
      b.broker.exit(left);
      await a.broker.publish([left], message(1));
      await a.broker.publish([room()], message(2));
      await a.broker.publish([r], message(3));
      await b.until(() => b.numbers(r).length === 1);
      expect(b.of('heard')).toHaveLength(1);
    });

    it('to several rooms are heard in each of them, with all of them named', async () => {
      const { a, b } = await two(start);
      const rooms = [room(), room(), room()] as const;
      b.broker.enter(rooms[0], false);
      b.broker.enter(rooms[2], false);
      await b.broker.position(rooms[2]);
      const sent = message(1);
      expect(await a.broker.publish(rooms, sent)).toHaveLength(3);
      await b.until(() => b.of('heard').length === 2);
      const heard = b.of('heard').map((each) => each.heard);
      expect(heard.map((each) => each.room).sort()).toEqual([rooms[0], rooms[2]].sort());
      for (const each of heard) {
        expect(each.rooms).toEqual(rooms);
        expect(each.message.id).toBe(sent.id);
      }
    });

    it('that are volatile are heard, and not kept', async () => {
      const { a, b } = await two(start);
      const r = room();
      b.broker.enter(r, false);
      const before = await b.broker.position(r);
      expect(await a.broker.publish([r], message(1, { volatile: true }))).toEqual([undefined]);
      await b.until(() => b.of('heard').length === 1);
      expect(b.of('heard')[0]?.heard.position).toBeUndefined();
      expect(await b.broker.since(r, before)).toEqual({ position: before, messages: [] });
    });

    it('that may be done once are, and answered as the first time', async () => {
      const { a, b } = await two(start);
      const r = room();
      b.broker.enter(r, false);
      await b.broker.position(r);
      const sent = message(1, { once: true });
      const places = await Promise.all([a.broker.publish([r], sent), b.broker.publish([r], sent)]);
      expect(places[0]).toEqual(places[1]);
      await a.broker.publish([r], message(2));
      await b.until(() => b.numbers(r).includes(2));
      expect(b.numbers(r)).toEqual([1, 2]);
    });
  });

  describe('the log of a room', () => {
    it('tells all that came since a position, and the last', async () => {
      const { a, b } = await two(start);
      const r = room();
      a.broker.enter(r, false);
      const begin = await a.broker.position(r);
      for (let i = 1; i <= 4; i++) await a.broker.publish([r], message(i));
      const numbers = (page: { messages: readonly { payload: Payload }[] | undefined }) =>
        page.messages?.map(({ payload }) => payload.decode()[0]);
      const { epoch, offset } = begin;
      const since = await b.broker.since(r, { epoch, offset: offset + 1 });
      expect(numbers(since)).toEqual([2, 3, 4]);
      expect(since.position).toEqual({ epoch, offset: offset + 4 });
      const last = await b.broker.last(r, 2);
      expect(numbers(last)).toEqual([3, 4]);
      expect(last.position).toEqual(since.position);
      expect(numbers(await b.broker.last(r, 100))).toEqual([1, 2, 3, 4]);
      expect(numbers(await b.broker.since(r, since.position))).toEqual([]);
      expect(await b.broker.position(r)).toEqual(since.position);
    });

    it('tells that it can not say what came since a position of another epoch, or one yet to come', async () => {
      const { a } = await two(start);
      const r = room();
      a.broker.enter(r, false);
      await a.broker.publish([r], message(1));
      const position = await a.broker.position(r);
      for (const since of [
        { epoch: 'another', offset: 0 },
        { ...position, offset: position.offset + 1 },
      ]) {
        expect(await a.broker.since(r, since)).toEqual({ position, messages: undefined });
      }
    });
  });
}
