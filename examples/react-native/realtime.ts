import { createRealtimeHooks } from 'toporia-realtime/react';

export interface ChatMessage {
  id: string;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface Person {
  name: string;
}

interface ChatEvents {
  'message.sent': (message: ChatMessage) => void;
}

export const { useRealtime, useConnectionState, useMessages, usePresence, useTyping } = createRealtimeHooks<
  ChatEvents,
  ChatEvents
>();
