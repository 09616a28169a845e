/** What the server and the page have in common. */
export interface ChatMessage {
  id: string;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Any member can send anything to the room, whatever the types say. */
export function isMessage(data: unknown): data is ChatMessage {
  const { name, text } = Object(data);
  return typeof name === 'string' && typeof text === 'string';
}

export interface Person {
  name: string;
}

/** Joined by a signature of `/broadcasting/auth`; its members see each other. */
export const ROOM = 'presence.chat';

export const GATEWAY_URL = process.env.NEXT_PUBLIC_GATEWAY_URL ?? 'http://localhost:3000';
