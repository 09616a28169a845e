// Checked by the compiler (`npm run types`), never run.
import { expectTypeOf } from 'vitest';
import type { Member } from '../../src/index';
import { connectionState, messages, presence, room, typing } from '../../src/svelte/index';
import { type Message, typed, untyped } from './event-maps';

export function storesTakeAnyClient(): void {
  for (const client of [typed, untyped]) {
    connectionState(client);
    room(client, 'news');
    typing(client, 'news');
  }
  messages<Message>(typed, 'news', 'message.sent').subscribe((list) => list[0]?.data.text);
  presence<{ name: string }>(typed, 'presence.room').subscribe((members) =>
    expectTypeOf(members).toEqualTypeOf<readonly Member<{ name: string }>[]>(),
  );
}
