// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import type { Channel, Member, MessageMeta, RealtimeError, ToporiaRealtime } from '../../src/index';
import * as react from '../../src/react/index';
import { createRealtimeHooks, type ListedMessage, RealtimeProvider } from '../../src/react/index';
import { type FromServer, type Message, type Saved, type ToServer, typed, untyped } from './event-maps';

const hooks = createRealtimeHooks<FromServer, ToServer>();

export function ProvidersTakeAnyClientOrAUrl() {
  return (
    <>
      <RealtimeProvider client={typed} />
      <RealtimeProvider client={untyped} />
      <RealtimeProvider url="/chat" options={{ auth: async () => 'token' }} />
      {/* @ts-expect-error neither */}
      <RealtimeProvider />
      {/* @ts-expect-error both */}
      <RealtimeProvider url="/chat" client={untyped} />
      {/* @ts-expect-error options of a client that is made already */}
      <RealtimeProvider client={untyped} options={{}} />
    </>
  );
}

export function useRooms(): void {
  expectTypeOf(hooks.useRealtime()).toEqualTypeOf<ToporiaRealtime<FromServer, ToServer>>();
  expectTypeOf(react.useRealtime<FromServer, ToServer>()).toEqualTypeOf(typed);
  expectTypeOf(react.useRealtime()).toEqualTypeOf(untyped);
  const { channel, emit, request, members, error } = hooks.useRoom('news', { info: 'Ann', onGap: () => {} });
  expectTypeOf(channel).toEqualTypeOf<Channel<FromServer, ToServer> | undefined>();
  expectTypeOf(members).toEqualTypeOf<readonly Member[]>();
  expectTypeOf(error).toEqualTypeOf<RealtimeError | undefined>();
  expectTypeOf(request('message.sent', { text: '' })).toEqualTypeOf<Promise<Saved>>();
  emit('message.sent', { text: '' }, (reply) => reply);
  // @ts-expect-error no such event
  emit('message.send', { text: '' });
  // @ts-expect-error another payload
  emit('message.sent', { title: '' });
  // @ts-expect-error no such option: how long to wait is not for one component to say
  hooks.useRoom('news', { timeout: 1 });
  // @ts-expect-error a number is no name
  hooks.useRoom(7);
  react.useRoom(null).emit('anything', 1);
  react.useRoom(undefined);
}

export function useEvents(): void {
  hooks.useEvent('connected', ({ id }) => expectTypeOf(id).toEqualTypeOf<string>());
  hooks.useEvent('message.sent', (message, meta) => {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
  hooks.useEvent(['news', 'message.sent'], ({ id }) => expectTypeOf(id).toEqualTypeOf<number>());
  hooks.useEvent([null, 'error'], ({ code }) => code);
  hooks.useEvent(['news', 'joined'], ({ rejoined }) => expectTypeOf(rejoined).toEqualTypeOf<boolean>());
  hooks.useEvent('room.cleared', (nothing) => expectTypeOf(nothing).toEqualTypeOf<undefined>());
  // @ts-expect-error no such event
  hooks.useEvent('message.send', () => {});
  // @ts-expect-error an event of the client, not of a room
  hooks.useEvent(['news', 'connected'], () => {});
  // @ts-expect-error another payload
  hooks.useEvent('message.sent', (message: { title: string }) => message);
  react.useEvent('anything', (data) => expectTypeOf(data).toEqualTypeOf<unknown>());
  react.useEvent(['news', 'anything'], (message: Message) => message.text);
  react.useEvent('disconnected', ({ reason }) => expectTypeOf(reason).toEqualTypeOf<string>());
}

export function usePresences(): void {
  const { members, update } = hooks.usePresence<{ name: string }>('presence.room');
  expectTypeOf(members).toEqualTypeOf<readonly Member<{ name: string }>[]>();
  update({ name: 'Ann' });
  // @ts-expect-error another info
  update({ title: '' });
  expectTypeOf(react.usePresence('presence.room').members).toEqualTypeOf<readonly Member<unknown>[]>();
  const { users, start } = react.useTyping('news');
  expectTypeOf(users).toEqualTypeOf<readonly string[]>();
  start();
  start('Ann');
}

export function useMessageLists(): void {
  const { messages, send } = hooks.useMessages('news', 'message.sent', { initial: [{ id: 1, text: '' }] });
  expectTypeOf(messages).toEqualTypeOf<readonly ListedMessage<Message>[]>();
  send({ id: 1, text: '' });
  // @ts-expect-error it is listed as a whole message
  send({ text: '' });
  // @ts-expect-error no such event
  hooks.useMessages('news', 'message.send');
  // @ts-expect-error an event that no client may send
  hooks.useMessages('news', 'counted').send(1);
  const own = react.useMessages<Message>('news', 'message.sent', { limit: 10 });
  expectTypeOf(own.messages).toEqualTypeOf<readonly ListedMessage<Message>[]>();
  own.send({ id: 1, text: '' });
  // @ts-expect-error another message
  own.send('');
  expectTypeOf(react.useMessages('news', 'said').messages[0]?.data).toEqualTypeOf<unknown>();
}
