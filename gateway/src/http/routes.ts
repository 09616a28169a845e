import type { IncomingMessage } from 'node:http';
import { isRecord, MAX_ROOM_NAME, roomNameProblem } from '../../../src/protocol';
import type { Gateway } from '../api';
import { readJson } from './json-body';
import {
  isGiven,
  readEvent,
  readMessage,
  readNamespace,
  readNamespaces,
  readPathName,
  readReason,
} from './messages';
import { HttpError } from './reply';
import { allTaken, taken } from './taken';

/** What a route gets: the request, what its address holds, and the gateway. */
interface Call {
  request: IncomingMessage;
  query: URLSearchParams;
  gateway: Gateway;
}

interface Route {
  path: RegExp;
  /** The path as the documentation writes it. */
  name: string;
  method: 'GET' | 'POST';
  /** Its result is the answer's body. `name` is the part of the path that varies. */
  run: (call: Call, name: string) => unknown;
}

function route(method: Route['method'], name: string, run: Route['run']): Route {
  return { path: new RegExp(`^${name.replace(/\{\w+\}/, '([^/]+)')}$`), name, method, run };
}

/** The API for backends (protocol, section 6). */
export const API_ROUTES: readonly Route[] = [
  route('POST', '/api/broadcast', broadcast),
  route('POST', '/api/users/{id}/send', sendToUser),
  route('POST', '/api/users/{id}/kick', kick),
  route('GET', '/api/channels', channels),
  route('GET', '/api/channels/{name}/presence', presence),
];

async function broadcast({ request, gateway }: Call): Promise<unknown> {
  const { settings } = gateway;
  const body = await readJson(request, settings.limits.max_payload);
  const publish = ({ channel, event, data, options }: ReturnType<typeof readMessage>) =>
    gateway.broadcast(channel, event, data, options);
  if (!Array.isArray(body)) return taken(publish(readMessage(body)));
  const { batch_size } = settings.limits;
  if (body.length > batch_size) {
    throw new HttpError(
      422,
      'limit',
      `the batch has ${body.length} messages; at most ${batch_size} are taken`,
    );
  }
  // All are checked before the first goes out, so that a refused batch can be sent again whole.
  const messages = body.map((message, index) => readMessage(message, `[${index}].`));
  return { results: await allTaken(messages.map(publish)) };
}

async function sendToUser({ request, gateway }: Call, part: string): Promise<unknown> {
  // A user's id, unlike a room's name, may hold any character.
  const id = readPathName(part, 'the user id', 'invalid_payload', userIdProblem);
  const body = await readJson(request, gateway.settings.limits.max_payload);
  const namespace = readNamespaces(body);
  const { event, data, options } = readEvent(isRecord(body) ? { ...body, namespace: undefined } : body);
  return taken(gateway.sendToUser(id, event, data, { ...options, namespace }));
}

async function kick({ request, gateway }: Call, part: string): Promise<unknown> {
  const id = readPathName(part, 'the user id', 'invalid_payload', userIdProblem);
  const body = await readJson(request, gateway.settings.limits.max_payload, {});
  const namespace = isRecord(body) && isGiven(body.namespace) ? readNamespaces(body) : '*';
  return { connections: await gateway.kick(id, { namespace, ...readReason(body) }) };
}

function userIdProblem(name: string): string | undefined {
  return name.length > MAX_ROOM_NAME ? `it may have at most ${MAX_ROOM_NAME} characters` : undefined;
}

function channels({ query, gateway }: Call): Promise<unknown> {
  const given = query.get('namespace');
  if (given === null) return gateway.channels();
  return gateway.channels(readNamespace(given, 'namespace'));
}

function presence({ query, gateway }: Call, part: string): Promise<unknown> {
  const name = readPathName(part, 'the channel', 'invalid_room', roomNameProblem);
  const namespace = readNamespace(query.get('namespace'), 'namespace');
  return gateway.channel(name, { namespace }).getPresenceData();
}
