import { createRealtimeHooks } from 'toporia-realtime/react';

export interface ChatMessage {
  id: string;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Anyone can send anything to the room, whatever the types say. */
export function isMessage(data: unknown): data is ChatMessage {
  const { name, text } = Object(data);
  return typeof name === 'string' && typeof text === 'string';
}

/** What a person calls themselves. */
export function nameOf(info: unknown): string {
  return String(Object(info).name ?? 'Anonymous');
}

interface ChatEvents {
  'message.sent': (message: ChatMessage) => void;
}

export const { useRealtime, useConnectionState, useMessages, usePresence, useTyping } = createRealtimeHooks<
  ChatEvents,
  ChatEvents
>();
