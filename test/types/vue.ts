// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import { type ComponentPublicInstance, type ComputedRef, ref, shallowRef } from 'vue';
import type {
  Channel,
  ConnectionState,
  Member,
  MessageMeta,
  RealtimeError,
  ToporiaRealtime,
} from '../../src';
import { createRealtime, createRealtimeComposables, useEvent, useMessages, useRoom } from '../../src/vue';
import { type Draft, type FromServer, type Message, type ToServer, typed, untyped } from './event-maps';

const of = createRealtimeComposables<FromServer, ToServer>();

export function theClientIsTyped(): void {
  expectTypeOf(of.useRealtime()).toEqualTypeOf<ToporiaRealtime<FromServer, ToServer>>();
  expectTypeOf(of.useConnectionState()).toEqualTypeOf<ComputedRef<ConnectionState>>();
  expectTypeOf(createRealtime(typed).client).toEqualTypeOf<ToporiaRealtime<FromServer, ToServer>>();
  expectTypeOf(createRealtime(untyped).client).toEqualTypeOf<ToporiaRealtime>();
  expectTypeOf(createRealtime<FromServer, ToServer>('/chat', { timeout: 5 }).client).toEqualTypeOf<
    ToporiaRealtime<FromServer, ToServer>
  >();
  expectTypeOf<ComponentPublicInstance['$realtime']>().toEqualTypeOf<ToporiaRealtime>();
  // @ts-expect-error options are for a client that is made here
  createRealtime(typed, {});
  // @ts-expect-error no such option
  createRealtime('/chat', { tiemout: 5 });
}

export function roomsAreTyped(): void {
  const { status, error, members, channel, emit, request } = of.useRoom(ref('room'));
  expectTypeOf(status.value).toEqualTypeOf<'idle' | 'joining' | 'joined' | 'error' | 'left'>();
  expectTypeOf(error.value).toEqualTypeOf<RealtimeError | undefined>();
  expectTypeOf(members.value).toEqualTypeOf<readonly Member[]>();
  expectTypeOf(channel.value).toEqualTypeOf<Channel<FromServer, ToServer> | undefined>();
  emit('message.sent', { text: 'hello' }, (reply) => reply.error);
  expectTypeOf(request('count', 1)).resolves.toEqualTypeOf<number>();
  of.useRoom(() => null, { info: 'Ann' });
  of.useRoom(shallowRef<string>(), () => ({ onGap: ({ reason }) => reason.length }));
  useRoom('room').emit('whatever', 1);
  // @ts-expect-error no such event
  emit('message.send', { text: 'hello' });
  // @ts-expect-error another payload
  emit('message.sent', 'hello');
  // @ts-expect-error not the name of a room
  of.useRoom(ref(1));
  // @ts-expect-error how long to wait is not for one component to say
  of.useRoom('room', { timeout: 5 });
  // @ts-expect-error it is not to be written
  status.value = 'joined';
}

export function handlersGetThePayloadAndTheMeta(): void {
  of.useEvent('message.sent', (message, meta) => {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
  of.useEvent(['room', 'counted'], (total) => expectTypeOf(total).toEqualTypeOf<number>());
  of.useEvent([ref(null), () => 'counted' as const], (total) => expectTypeOf(total).toEqualTypeOf<number>());
  of.useEvent(
    () => ['room', 'message.sent'] as const,
    (message) => expectTypeOf(message).toEqualTypeOf<Message>(),
  );
  of.useEvent('connected', ({ id }) => expectTypeOf(id).toEqualTypeOf<string>());
  of.useEvent(['room', 'joined'], ({ rejoined }) => expectTypeOf(rejoined).toEqualTypeOf<boolean>());
  useEvent('whatever', (data) => expectTypeOf(data).toEqualTypeOf<unknown>());
  useEvent(['room', 'message.sent'], (message: Message) => message.text);
  useEvent(ref<string | [string, string]>('whatever'), () => {});
  // @ts-expect-error no such event
  of.useEvent('message.send', () => {});
  // @ts-expect-error no such event
  of.useEvent(['room', 'message.send'], () => {});
  // @ts-expect-error another payload
  of.useEvent('counted', (total: string) => total);
}

export function messagesAndPresenceAreTyped(): void {
  const { messages, send } = of.useMessages('room', 'message.sent', { initial: [{ id: 1, text: 'hi' }] });
  expectTypeOf(messages.value[0]?.data).toEqualTypeOf<Message | undefined>();
  expectTypeOf(send).parameter(0).toEqualTypeOf<Message & Draft>();
  expectTypeOf(useMessages<Draft>(ref(), 'drafted').send).parameter(0).toEqualTypeOf<Draft>();
  const { members, update } = of.usePresence<{ name: string }>('presence.room');
  expectTypeOf(members.value[0]?.info).toEqualTypeOf<{ name: string } | undefined>();
  update({ name: 'Ann' });
  // @ts-expect-error another info
  update('Ann');
  // @ts-expect-error no such event
  of.useMessages('room', 'message.send');
  // @ts-expect-error another payload
  of.useMessages('room', 'message.sent', { initial: ['hi'] });
  // @ts-expect-error what the server sends can't be sent to it
  of.useMessages('room', 'room.cleared').send(undefined);
}
