import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { sign } from '../support/auth-endpoint';

interface Frame {
  event: string;
  channel?: string;
  data?: unknown;
}

interface Member {
  user_id: string;
  user_info: unknown;
}

export interface PusherServer {
  port: number;
  publish(channel: string, event: string, data: unknown): void;
}

/** As much of the Pusher protocol, version 7, as the guide's code needs; gone when the test ends. */
export async function startPusher(): Promise<PusherServer> {
  const server = new WebSocketServer({ port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const channels = new Map<string, Map<WebSocket, Member | undefined>>();
  const membersOf = (name: string) => channels.get(name) ?? new Map<WebSocket, Member | undefined>();
  const tell = (socket: WebSocket, { data, ...frame }: Frame) =>
    socket.send(JSON.stringify({ ...frame, data: JSON.stringify(data) }));
  const tellAll = (channel: string, frame: Frame, except?: WebSocket) => {
    for (const socket of membersOf(channel).keys())
      if (socket !== except) tell(socket, { ...frame, channel });
  };

  const subscribe = (socket: WebSocket, socketId: string, request: unknown) => {
    const {
      channel,
      auth,
      channel_data: data,
    } = request as Record<'channel' | 'auth' | 'channel_data', string>;
    const member: Member | undefined = data ? JSON.parse(data) : undefined;
    if (/^(private|presence)-/.test(channel) && sign(socketId, channel, member).auth !== auth) {
      tell(socket, { event: 'pusher:error', data: { code: 4009, message: 'the signature does not hold' } });
      return;
    }
    const members = membersOf(channel);
    channels.set(channel, members);
    if (member) tellAll(channel, { event: 'pusher_internal:member_added', data: member });
    members.set(socket, member);
    const present = [...members.values()].filter((each) => each !== undefined);
    const hash = Object.fromEntries(present.map(({ user_id, user_info }) => [user_id, user_info]));
    const presence = { ids: Object.keys(hash), hash, count: present.length };
    tell(socket, {
      event: 'pusher_internal:subscription_succeeded',
      channel,
      data: member ? { presence } : {},
    });
  };

  const unsubscribe = (socket: WebSocket, channel: string) => {
    const member = membersOf(channel).get(socket);
    membersOf(channel).delete(socket);
    if (member)
      tellAll(channel, { event: 'pusher_internal:member_removed', data: { user_id: member.user_id } });
  };

  let sockets = 0;
  server.on('connection', (socket) => {
    const socketId = `1.${++sockets}`;
    const established = { socket_id: socketId, activity_timeout: 120 };
    tell(socket, { event: 'pusher:connection_established', data: established });
    socket.on('message', (text) => {
      const { event, channel = '', data } = JSON.parse(String(text)) as Frame;
      if (event === 'pusher:subscribe') subscribe(socket, socketId, data);
      else if (event === 'pusher:ping') tell(socket, { event: 'pusher:pong' });
      else if (event.startsWith('client-')) tellAll(channel, { event, data }, socket);
    });
    socket.on('close', () => {
      for (const channel of channels.keys()) unsubscribe(socket, channel);
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    publish: (channel, event, data) => tellAll(channel, { event, data }),
  };
}
