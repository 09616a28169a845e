// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import type { ConnectionState, MessageMeta, RealtimeError, Unsubscribe } from '../../src/index';
import { type Message, typed, untyped } from './event-maps';

export function handlersGetThePayloadAndTheMeta(): void {
  const end = typed.on('message.sent', (message, meta) => {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
  expectTypeOf(end).toEqualTypeOf<Unsubscribe>();
  typed.once('counted', (total) => expectTypeOf(total).toEqualTypeOf<number>());
  typed.on('room.cleared', (nothing) => expectTypeOf(nothing).toEqualTypeOf<undefined>());
  typed.on('message.sent', () => {});
  typed.on('message.sent', async ({ text }) => text);
  typed.onAny((event, data, meta) => {
    expectTypeOf(event).toEqualTypeOf<string>();
    expectTypeOf(data).toEqualTypeOf<unknown>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
}

export function wrongNamesAndPayloadsDoNotCompile(): void {
  // @ts-expect-error no such event
  typed.on('message.send', () => {});
  // @ts-expect-error no such event
  typed.once('message.send', () => {});
  // @ts-expect-error no such event
  typed.off('message.send');
  // @ts-expect-error an event to the server only
  typed.on('note', () => {});
  // @ts-expect-error another payload
  typed.on('message.sent', (message: { title: string }) => message);
  // @ts-expect-error another payload
  typed.on('counted', (total: string) => total);
  // @ts-expect-error no such field
  typed.on('message.sent', (message) => message.title);
  // @ts-expect-error the meta is no text
  typed.on('message.sent', (_message, meta: string) => meta);
  // @ts-expect-error not a handler
  typed.on('message.sent', 'handler');
  // @ts-expect-error no handler
  typed.on('message.sent');
}

export function lifecycleEventsAreTypedApart(): void {
  for (const realtime of [typed, untyped]) {
    realtime.on('connected', (event) => expectTypeOf(event).toEqualTypeOf<{ id: string }>());
    realtime.on('disconnected', (event) => expectTypeOf(event).toEqualTypeOf<{ reason: string }>());
    realtime.on('reconnecting', (event) =>
      expectTypeOf(event).toEqualTypeOf<{ attempt: number; delay: number }>(),
    );
    realtime.on('reconnected', ({ attempt }) => expectTypeOf(attempt).toEqualTypeOf<number>());
    realtime.on('reconnect_failed', ({ attempts }) => expectTypeOf(attempts).toEqualTypeOf<number>());
    realtime.on('connect_error', (error) => expectTypeOf(error).toEqualTypeOf<RealtimeError>());
    realtime.once('error', (error) => expectTypeOf(error).toEqualTypeOf<RealtimeError>());
    realtime.on('state', ({ state, previous }) => {
      expectTypeOf(state).toEqualTypeOf<ConnectionState>();
      expectTypeOf(previous).toEqualTypeOf<ConnectionState>();
    });
    realtime.off('connected');
  }
  // @ts-expect-error `connected` has no such field
  typed.on('connected', ({ socketId }) => socketId);
  // @ts-expect-error no such event
  typed.on('connect', () => {});
}

export function withoutMapsAnythingGoes(): void {
  untyped.on('whatever', (data, meta) => {
    expectTypeOf(data).toEqualTypeOf<unknown>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  });
  untyped.on('message.sent', (message: Message) => message.text);
  untyped.once('message.sent', ({ text }: Message, meta) => [text, meta.channel]);
  untyped.off('whatever');
  // @ts-expect-error an unknown payload has no fields
  untyped.on('whatever', (data) => data.text);
}

export async function streamsGiveTuples(): Promise<void> {
  for await (const [message, meta] of typed.events('message.sent')) {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<MessageMeta>();
  }
  for await (const [data] of untyped.events('whatever', { signal: AbortSignal.abort() })) {
    expectTypeOf(data).toEqualTypeOf<unknown>();
  }
  // @ts-expect-error no such event
  typed.events('message.send');
}

export function gapsAreTyped(): void {
  typed.on('gap', ({ channel, reason, missed }) => {
    expectTypeOf(channel).toEqualTypeOf<string>();
    expectTypeOf(reason).toEqualTypeOf<'expired' | 'log_lost' | 'unsupported'>();
    expectTypeOf(missed).toEqualTypeOf<number | undefined>();
  });
}
