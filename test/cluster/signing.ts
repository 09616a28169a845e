import { createHmac } from 'node:crypto';
import type { RoomCredentials } from '../../src';
import { APP_SECRET } from './gateway-node';

/** What the application's `/broadcasting/auth` would answer for a user. */
export function credentials(user: string, room: string, socketId: string): RoomCredentials {
  const channel_data = JSON.stringify({ user_id: user, user_info: { name: user.toUpperCase() } });
  const signature = createHmac('sha256', APP_SECRET)
    .update(`${socketId}:${room}:${channel_data}`)
    .digest('hex');
  return { auth: `app:${signature}`, channel_data };
}
