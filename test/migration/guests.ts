import Pusher from 'pusher-js';
import { onTestFinished } from 'vitest';
import { next, open } from '../support/realtime-pair';
import { signFor } from './application';

/** Another user of the chat, by the name of Bob. */
export interface Guest {
  whisper(event: string, data: unknown): void;
  /** What the program whispers to him. */
  greeting: Promise<unknown>;
  leave(): void;
}

/** Comes by the SDK. */
export async function guestOfGateway(url: string): Promise<Guest> {
  const realtime = open(url, {
    authorizer: (rooms, socketId) =>
      Object.fromEntries(rooms.map((room) => [room, signFor('bob', socketId, room)])),
  });
  const greeting = next(realtime, 'client-greet');
  const chat = await realtime.join('presence-chat');
  return {
    greeting,
    whisper: (event, data) => chat.whisper(event, data),
    leave: () => realtime.disconnect(),
  };
}

/** Comes by pusher-js. */
export async function guestOfPusher(port: number): Promise<Guest> {
  const pusher = new Pusher('app', {
    cluster: '',
    wsHost: 'localhost',
    wsPort: port,
    forceTLS: false,
    channelAuthorization: {
      endpoint: '',
      transport: 'ajax',
      customHandler: ({ socketId, channelName }, callback) =>
        callback(null, signFor('bob', socketId, channelName)),
    },
  });
  onTestFinished(() => pusher.disconnect());
  const chat = pusher.subscribe('presence-chat');
  const greeting = new Promise((resolve) => chat.bind('client-greet', resolve));
  await new Promise((resolve) => chat.bind('pusher:subscription_succeeded', resolve));
  return {
    greeting,
    whisper: (event, data) => chat.trigger(`client-${event}`, data),
    leave: () => pusher.disconnect(),
  };
}
