// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import type { Channel, Gap, Member, MessageMeta, RealtimeError } from '../../src/index';
import { type FromServer, type Message, type Saved, type ToServer, typed, untyped } from './event-maps';

type Room = Channel<FromServer, ToServer>;

export async function joiningGivesTheRoom(): Promise<void> {
  expectTypeOf(await typed.join('news')).toEqualTypeOf<Room>();
  expectTypeOf(typed.channel('news')).toEqualTypeOf<Room>();
  expectTypeOf(await typed.channel('news').ready).toEqualTypeOf<Room>();
  expectTypeOf(typed.getRooms()).toEqualTypeOf<string[]>();
  expectTypeOf(typed.leave('news')).toEqualTypeOf<Promise<void>>();
  await typed.join('news', { auth: 'key:signature', channelData: '{}', timeout: 500 });
  // @ts-expect-error a room is named by a text
  await typed.join(7);
  // @ts-expect-error no such option
  await typed.join('news', { timeOut: 500 });
}

export function roomsHaveTheEventsOfTheirClient(): void {
  const room = typed.channel('news');
  room.on('message.sent', (message, meta) => {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
  room.emit('message.sent', { text: 'hello' }, (reply) => reply.error ?? reply.id);
  expectTypeOf(room.request('message.sent', { text: 'hello' })).toEqualTypeOf<Promise<Saved>>();
  // @ts-expect-error no such event
  room.on('message.send', () => {});
  // @ts-expect-error no such event
  room.emit('message.send');
  // @ts-expect-error another payload
  room.emit('message.sent', 5);
  // @ts-expect-error an ack that takes no error
  room.emit('message.sent', { text: 'hello' }, (reply: Saved) => reply.id);
  // @ts-expect-error no such event
  room.off('message.send');
  untyped.channel('news').on('whatever', (message: Message) => message.text);
}

export function roomsHaveEventsOfTheirOwn(): void {
  for (const room of [typed.channel('news'), untyped.channel('news')]) {
    room.on('joined', ({ rejoined }) => expectTypeOf(rejoined).toEqualTypeOf<boolean>());
    room.on('error', (error) => expectTypeOf(error).toEqualTypeOf<RealtimeError>());
    room.once('gap', ({ reason }) => expectTypeOf(reason).toEqualTypeOf<Gap['reason']>());
    room.on('left', (nothing) => expectTypeOf(nothing).toEqualTypeOf<undefined>());
  }
}

export async function roomsHaveStreams(): Promise<void> {
  for await (const [message] of typed.channel('news').events('message.sent')) {
    expectTypeOf(message).toEqualTypeOf<Message>();
  }
}

export function presenceAndTypingAreTyped(): void {
  const { presence, typing } = typed.channel('presence.news');
  expectTypeOf(presence.members).toEqualTypeOf<readonly Member[]>();
  expectTypeOf(presence.get(7)).toEqualTypeOf<Member | undefined>();
  presence.on('sync', (members) => expectTypeOf(members).toEqualTypeOf<readonly Member[]>());
  presence.on('joined', (member) => expectTypeOf(member.id).toEqualTypeOf<string>());
  presence.on('updated', (member, previous) => expectTypeOf(member).toEqualTypeOf(previous));
  expectTypeOf(typing.users).toEqualTypeOf<readonly string[]>();
  typing.on('change', (users) => expectTypeOf(users).toEqualTypeOf<readonly string[]>());
  // @ts-expect-error no such event
  presence.on('changed', () => {});
  // @ts-expect-error a user has one id
  presence.get(['7']);
  // @ts-expect-error the list is the room's
  presence.members.push({ id: '7', info: null });
  // @ts-expect-error no such event
  typing.on('started', () => {});
}
