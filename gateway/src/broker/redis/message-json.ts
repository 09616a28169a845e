import { isRecord, type Position } from '../../../../src/protocol';
import { eventProblem } from '../../checks';
import { isLogged } from '../../delivery/message';
import { Payload } from '../../delivery/payload';
import type { BrokerMessage, RoomKey, RosterChange } from '../broker';
import { nameOf } from './keys';

/** What is published for the nodes: a message of a room, or a change of its roster. */
export type Announced =
  | { readonly roster: RosterChange }
  | {
      readonly roster?: undefined;
      readonly message: BrokerMessage;
      readonly rooms: readonly RoomKey[] | undefined;
      readonly position: Position | undefined;
      readonly entry: string;
    };

/** A message as the PHP framework writes it, with what only gateways know. */
export function messageJson(room: RoomKey, rooms: readonly RoomKey[], message: BrokerMessage): string {
  const { namespace, name } = nameOf(room);
  const { texts, attachments, mark, isBinary } = message.payload;
  const [data, ...more] = texts;
  let json = `{"id":${JSON.stringify(message.id)},"type":"event","channel":${JSON.stringify(name)},"event":${JSON.stringify(message.event)}`;
  if (data !== undefined) json += `,"data":${data}`;
  json += `,"timestamp":${message.timestamp}`;
  if (namespace !== '/') json += `,"namespace":${JSON.stringify(namespace)}`;
  if (more.length > 0) json += `,"more":[${more.join(',')}]`;
  if (message.sender !== undefined) json += `,"sender":${JSON.stringify(message.sender)}`;
  if (message.notFor.length > 0) json += `,"not_for":${JSON.stringify(message.notFor)}`;
  if (message.except.length > 0) json += `,"except":${JSON.stringify(message.except)}`;
  if (rooms.length > 1) json += `,"rooms":${JSON.stringify(rooms)}`;
  if (message.volatile) json += ',"volatile":true';
  if (isBinary) {
    const encoded = attachments.map((attachment) => attachment.toString('base64'));
    json += `,"attachments":${JSON.stringify(encoded)},"mark":${JSON.stringify(mark)}`;
  }
  return `${json}}`;
}

/** What came on the channel of a room. Written by the scripts, so it is what it has to be. */
export function readAnnounced(text: string): Announced {
  const json = JSON.parse(text);
  if (json.roster) return json as { roster: RosterChange };
  const entry: string = json.stream_id ?? '';
  return {
    message: messageOf(json, entry, 0, json.volatile === true),
    rooms: json.rooms,
    position: json.position,
    entry,
  };
}

/** A message in a stream, whoever added it; or what is wrong with it. */
export function readEntry(entry: string, fields: readonly string[]): ReadMessage | string {
  for (let index = 0; index < fields.length; index += 2) {
    if (fields[index] === 'payload') {
      return readMessage(fields[index + 1] ?? '', entry, Number.parseInt(entry, 10), false);
    }
  }
  return 'it has no field "payload"';
}

export interface ReadMessage {
  readonly message: BrokerMessage;
  readonly rooms: readonly RoomKey[] | undefined;
  /** Where the JSON itself names another namespace. */
  readonly namespace: string | undefined;
}

/**
 * A message that may be of a backend; `id` and `timestamp`, in ms, are for one that has none. `volatile`: it is, if its event
 * is of that kind.
 */
export function readMessage(
  text: string,
  id: string,
  timestamp: number,
  volatile: boolean,
): ReadMessage | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(json)) return 'it is not a JSON object';
  const { event, namespace, rooms } = json;
  const problem = eventProblem(event);
  if (problem !== undefined) return `its event can't be: ${problem}`;
  return {
    message: messageOf(json, id, timestamp, volatile && !isLogged(String(event))),
    rooms: Array.isArray(rooms) ? texts(rooms) : undefined,
    namespace: typeof namespace === 'string' ? namespace : undefined,
  };
}

function messageOf(
  json: Record<string, unknown>,
  id: string,
  timestamp: number,
  volatile: boolean,
): BrokerMessage {
  return {
    event: String(json.event),
    payload: payloadOf(json),
    id: typeof json.id === 'string' || typeof json.id === 'number' ? String(json.id) : id,
    timestamp: inMilliseconds(json.timestamp) ?? timestamp,
    sender: typeof json.sender === 'string' ? json.sender : undefined,
    notFor: texts(json.not_for),
    except: texts(json.except),
    volatile,
    once: false,
  };
}

function payloadOf(json: Record<string, unknown>): Payload {
  const args = Object.hasOwn(json, 'data') ? [json.data] : [];
  if (Array.isArray(json.more)) args.push(...json.more);
  const { attachments, mark } = json;
  const isBinary = Array.isArray(attachments) && typeof mark === 'string';
  return Payload.from({
    texts: args.map((arg) => JSON.stringify(arg)),
    attachments: isBinary ? attachments.map((text) => Buffer.from(String(text), 'base64')) : [],
    mark: isBinary ? mark : '',
  });
}

/** PHP counts in seconds, with or without a fraction; others in ms. */
function inMilliseconds(timestamp: unknown): number | undefined {
  const number = typeof timestamp === 'string' ? Number(timestamp) : timestamp;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  return Math.round(number < 100_000_000_000 ? number * 1_000 : number);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
