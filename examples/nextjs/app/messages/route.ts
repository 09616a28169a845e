import { randomUUID } from 'node:crypto';
import { type ChatMessage, ROOM } from '../../lib/chat';
import { broadcast } from '../../lib/gateway';
import { remember } from '../../lib/history';
import { currentUser } from '../../lib/session';

/** Keeps a message, and broadcasts it to everyone in the room, the sender included. */
export async function POST(request: Request): Promise<Response> {
  const name = await currentUser();
  if (!name) return Response.json({ message: 'Sign in first.' }, { status: 401 });

  const { text } = await request.json();
  if (typeof text !== 'string' || !text.trim())
    return Response.json({ message: 'No text.' }, { status: 422 });

  const message: ChatMessage = { id: randomUUID(), name, text: text.trim().slice(0, 2_000), at: Date.now() };
  remember(message);
  try {
    await broadcast(ROOM, 'message.sent', message);
  } catch (error) {
    console.error('A message is kept, but was not broadcast:', error);
  }
  return Response.json(message, { status: 201 });
}
