import { createHmac } from 'node:crypto';
import { ROOM } from '../../../lib/chat';
import { currentUser } from '../../../lib/session';

/** Signs that the user of this session may join a room. The client asks before each join and rejoin. */
export async function POST(request: Request): Promise<Response> {
  const name = await currentUser();
  if (!name) return Response.json({ message: 'Sign in first.' }, { status: 401 });

  const form = await request.formData();
  const socketId = String(form.get('socket_id'));
  const room = String(form.get('channel_name'));
  // Anything else in the place of a socket's id could make the signature one for another room.
  if (!/^[\w-]+$/.test(socketId)) return Response.json({ message: 'No socket id.' }, { status: 422 });
  if (room !== ROOM) return Response.json({ message: 'Not your room.' }, { status: 403 });

  const { BROADCAST_APP_KEY, BROADCAST_APP_SECRET } = process.env;
  if (!BROADCAST_APP_SECRET) throw new Error('BROADCAST_APP_SECRET is not set.');
  const member = JSON.stringify({ user_id: name, user_info: { name } });
  const signature = createHmac('sha256', BROADCAST_APP_SECRET)
    .update(`${socketId}:${room}:${member}`)
    .digest('hex');
  return Response.json({ auth: `${BROADCAST_APP_KEY}:${signature}`, channel_data: member });
}
