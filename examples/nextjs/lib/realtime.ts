import { ToporiaRealtime } from 'toporia-realtime';
import { createRealtimeHooks } from 'toporia-realtime/react';
import { type ChatMessage, GATEWAY_URL } from './chat';

interface ChatEvents {
  'message.sent': (message: ChatMessage) => void;
}
type ChatClient = ToporiaRealtime<ChatEvents, ChatEvents>;

export const { useConnectionState, useMessages, usePresence, useTyping } = createRealtimeHooks<
  ChatEvents,
  ChatEvents
>();

const page = globalThis as { chatClient?: ChatClient };

// A hot update that runs this module again closes the client that it replaces.
page.chatClient?.disconnect();
page.chatClient = new ToporiaRealtime(GATEWAY_URL, {
  authEndpoint: '/broadcasting/auth',
  // Next runs this module on the server, too, which renders the page and needs no connection.
  autoConnect: typeof window === 'object',
});

/** The page's one client. */
export const realtime: ChatClient = page.chatClient;
