import type { ListedMessage } from 'toporia-realtime/react';

/** What travels as `message.sent`. */
export interface ChatMessage {
  id: string;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** A message that can be shown. */
export interface Line extends ChatMessage {
  listed: ListedMessage;
}

export function write(name: string, text: string): ChatMessage {
  const id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join('');
  return { id, name, text, at: Date.now() };
}

/** Anyone in a room can send anything to it, and one that was sent again may have arrived before. */
export function toLines(messages: readonly ListedMessage[]): Line[] {
  const seen = new Set<unknown>();
  return messages.flatMap((listed) => {
    const { id = listed.key, name, text, at } = Object(listed.data);
    if (typeof text !== 'string' || seen.has(id)) return [];
    seen.add(id);
    return [{ id, name: nameOf({ name }), text, at: new Date(at).getTime() || 0, listed }];
  });
}

export function nameOf(person: unknown): string {
  const name = String(Object(person).name ?? '').trim();
  return name.slice(0, 32) || 'Anonymous';
}
