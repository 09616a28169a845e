import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RoomCredentials } from '../../src';

export const APP = { app_key: 'app', app_secret: 'the secret of the application' };

/** What an application's own `/broadcasting/auth` hands out. */
export function sign(socketId: string, room: string, member?: object): RoomCredentials {
  const data = member && JSON.stringify(member);
  const signed = [socketId, room, ...(data === undefined ? [] : [data])].join(':');
  const auth = `${APP.app_key}:${createHmac('sha256', APP.app_secret).update(signed).digest('hex')}`;
  return data === undefined ? { auth } : { auth, channel_data: data };
}

export interface Asked {
  headers: IncomingHttpHeaders;
  socketId: string;
  room: string;
}

export interface AuthEndpoint {
  url: string;
  asked: Asked[];
}

/** An application's endpoint; `answer` gives status and body, by default a signature for everyone. */
export async function startAuthEndpoint(
  answer: (asked: Asked) => Promise<[status: number, body: string]> | [status: number, body: string] = ({
    socketId,
    room,
  }) => [200, JSON.stringify(sign(socketId, room, member(room)))],
): Promise<AuthEndpoint> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const fields = new URLSearchParams(body);
    const question = {
      headers: request.headers,
      socketId: fields.get('socket_id') ?? '',
      room: fields.get('channel_name') ?? '',
    };
    asked.push(question);
    const [status, text] = await answer(question);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/broadcasting/auth`, asked };
}

const member = (room: string) =>
  room.startsWith('presence') ? { user_id: 7, user_info: { name: 'Ann' } } : undefined;
