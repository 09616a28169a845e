import type { ChatMessage } from './chat';

const LIMIT = 100;
const server = globalThis as { chatHistory?: ChatMessage[] };
server.chatHistory ??= [];
const messages = server.chatHistory;

/** The last messages, oldest first. A real application has them in a database. */
export function history(): readonly ChatMessage[] {
  return messages;
}

export function remember(message: ChatMessage): void {
  messages.push(message);
  messages.splice(0, messages.length - LIMIT);
}
