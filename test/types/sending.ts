// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import type { RealtimeError } from '../../src/index';
import { type Saved, typed, untyped } from './event-maps';

const draft = { text: 'hello' };

export function emitTakesThePayloadOfItsEvent(): void {
  expectTypeOf(typed.emit('message.sent', draft)).toEqualTypeOf(typed);
  typed.emit('note').emit('note', 'text').emit('refresh').emit('count', 1);
  typed.volatile.emit('message.sent', draft);
  typed.volatile.emit('refresh');
  // @ts-expect-error no such event
  typed.emit('message.send', draft);
  // @ts-expect-error an event of the server only
  typed.emit('room.cleared');
  // @ts-expect-error the payload is missing
  typed.emit('message.sent');
  // @ts-expect-error another payload
  typed.emit('message.sent', 'hello');
  // @ts-expect-error a field is missing
  typed.emit('message.sent', {});
  // @ts-expect-error a field too many
  typed.emit('message.sent', { text: 'hello', titel: 'typo' });
  // @ts-expect-error another payload
  typed.emit('count', '1');
  // @ts-expect-error no such event
  typed.volatile.emit('message.send', draft);
  // @ts-expect-error another payload
  typed.volatile.emit('message.sent', 5);
  // @ts-expect-error nobody could tell what became of it
  typed.volatile.emit('message.sent', draft, () => {});
}

export function acksTakeTheAnswerOrTheError(): void {
  typed.emit('message.sent', draft, (reply) => {
    // @ts-expect-error there may be an error instead
    expectTypeOf(reply.id).toEqualTypeOf<number>();
    if (reply.error) {
      expectTypeOf(reply.error).toEqualTypeOf<RealtimeError>();
      return;
    }
    expectTypeOf(reply.id).toEqualTypeOf<number>();
  });
  typed.emit('count', 1, (total) => {
    if (typeof total === 'number') expectTypeOf(total).toEqualTypeOf<number>();
    else expectTypeOf(total.error).toEqualTypeOf<RealtimeError>();
  });
  // @ts-expect-error an ack that takes no error
  typed.emit('message.sent', draft, (reply: Saved) => reply.id);
  // @ts-expect-error an ack that takes another answer
  typed.emit('count', 1, (total: string) => total);
  // @ts-expect-error not an ack
  typed.emit('message.sent', draft, 'ack');
}

export async function requestsGiveTheAnswer(): Promise<void> {
  expectTypeOf(await typed.request('message.sent', draft)).toEqualTypeOf<Saved>();
  expectTypeOf(await typed.request('count', 1, { timeout: 500 })).toEqualTypeOf<number>();
  expectTypeOf(await typed.request('refresh')).toEqualTypeOf<unknown>();
  expectTypeOf(await untyped.request('whatever', draft)).toEqualTypeOf<unknown>();
  // @ts-expect-error no such event
  typed.request('message.send', draft);
  // @ts-expect-error another payload
  typed.request('message.sent', { title: 'hello' });
  // @ts-expect-error no such option
  typed.request('message.sent', draft, { timeOut: 500 });
  // @ts-expect-error the answer has no such field
  (await typed.request('message.sent', draft)).text;
}

export function withoutMapsAnythingGoes(): void {
  untyped
    .emit('whatever')
    .emit('whatever', draft)
    .emit('whatever', [1], (reply) => {
      expectTypeOf(reply).toEqualTypeOf<unknown>();
    });
  untyped.emit('whatever', draft, (reply: Saved) => reply.id);
  untyped.volatile.emit('whatever', draft);
  // @ts-expect-error not an ack
  untyped.emit('whatever', draft, 'ack');
}

export function emitTakesOptionsInPlaceOfAnAck(): void {
  typed.emit('message.sent', draft, { delivery: 'at-least-once', timeout: 500 });
  typed.channel('news').emit('message.sent', draft, { delivery: 'at-most-once' });
  untyped.emit('whatever', draft, { signal: new AbortController().signal });
  // @ts-expect-error no such guarantee
  typed.emit('message.sent', draft, { delivery: 'exactly-once' });
  // @ts-expect-error no such option
  typed.emit('message.sent', draft, { deliver: 'at-least-once' });
  // @ts-expect-error another payload
  typed.emit('message.sent', 5, { delivery: 'at-least-once' });
}

export function errorsTellWhetherTheMessageMayHaveArrived(error: RealtimeError): void {
  expectTypeOf(error.maybeSent).toEqualTypeOf<boolean | undefined>();
}
