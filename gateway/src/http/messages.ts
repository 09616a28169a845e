import { eventNameProblem, isRecord, roomNameProblem } from '../../../src/protocol';
import type { BroadcastOptions } from '../api';
import { messageIdProblem } from '../message-id';
import { namespaceProblem, withSlash } from '../namespace-name';
import { HttpError, type HttpErrorCode } from './reply';

/** Namespaces that one request may name. */
const MAX_LISTED_NAMESPACES = 100;

/** Longest reason for which a user is put out, in characters. */
const MAX_REASON = 1_000;

/** One message of a backend, checked. */
export interface Message {
  channel: string;
  event: string;
  data: unknown;
  options: BroadcastOptions;
}

/** Checks one message of `POST /api/broadcast`; `at` is its place in a batch, such as `[3].`, for what an error says. */
export function readMessage(value: unknown, at = ''): Message {
  if (!isRecord(value)) {
    const what = at ? `${at.slice(0, -1)} of the batch` : 'the body';
    throw invalid('invalid_payload', `${what}: it must be an object with channel, event and data`);
  }
  const channel = field(value, 'channel', at, 'invalid_room', roomNameProblem);
  return { channel, ...readEvent(value, at) };
}

/** Checks what every message has, wherever it goes. */
export function readEvent(value: unknown, at = ''): Omit<Message, 'channel'> {
  if (!isRecord(value))
    throw invalid('invalid_payload', 'the body: it must be an object with event and data');
  const event = field(value, 'event', at, 'invalid_event', eventProblem);
  const options: BroadcastOptions = { namespace: readNamespace(value.namespace, `${at}namespace`) };
  if (value.except !== undefined && value.except !== null) {
    options.except = readExcept(value.except, `${at}except`);
  }
  if (value.id !== undefined && value.id !== null) options.id = readId(value.id, `${at}id`);
  return { event, data: value.data, options };
}

/** A namespace's name; `/` where none is given. */
export function readNamespace(value: unknown, at: string): string {
  if (value === undefined || value === null || value === '') return '/';
  const name = typeof value === 'string' ? withSlash(value) : value;
  const problem = namespaceProblem(name);
  if (problem !== undefined || typeof name !== 'string')
    throw invalid('invalid_payload', `${at}: ${problem}`);
  return name;
}

/** Where to send to a user: one namespace, a list of them, or `*`, all that are in use. */
export function readNamespaces(body: unknown): string | string[] {
  const value = isRecord(body) ? body.namespace : undefined;
  if (value === '*') return value;
  if (!Array.isArray(value)) return readNamespace(value, 'namespace');
  if (value.length === 0 || value.length > MAX_LISTED_NAMESPACES) {
    throw invalid('invalid_payload', `namespace: a list may have 1 to ${MAX_LISTED_NAMESPACES} names`);
  }
  return value.map((name, index) => readNamespace(name, `namespace[${index}]`));
}

/** A name from the address, decoded and checked. */
export function readPathName(
  part: string,
  what: string,
  code: HttpErrorCode,
  problemOf: (name: string) => string | undefined,
): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    throw new HttpError(400, code, `${what}: it is not encoded as an address must be`);
  }
  const problem = problemOf(name);
  if (problem !== undefined) throw invalid(code, `${what}: ${problem}`);
  return name;
}

/** The names that clients may not use are a backend's to use, save those of the connection itself. */
function eventProblem(event: unknown): string | undefined {
  const ours = typeof event === 'string' && event.startsWith('toporia:');
  return ours ? 'that name is reserved' : eventNameProblem(event);
}

function field(
  value: Record<string, unknown>,
  name: string,
  at: string,
  code: HttpErrorCode,
  problemOf: (value: unknown) => string | undefined,
): string {
  const given = value[name];
  if (given === undefined) throw invalid(code, `${at}${name} is missing`);
  const problem = problemOf(given);
  if (problem !== undefined || typeof given !== 'string') throw invalid(code, `${at}${name}: ${problem}`);
  return given;
}

function readExcept(value: unknown, at: string): string | string[] {
  const isId = (id: unknown): id is string => typeof id === 'string' && id !== '' && id.length <= 200;
  if (isId(value)) return value;
  if (Array.isArray(value) && value.length <= 1000 && value.every(isId)) return value;
  throw invalid('invalid_payload', `${at}: it must be a socket id, or an array of at most 1000`);
}

/** Why a user is put out, as the user's clients are told. */
export function readReason(body: unknown): { reason?: string } {
  if (!isRecord(body)) throw invalid('invalid_payload', 'the body: it must be an object, or empty');
  const { reason } = body;
  if (!isGiven(reason)) return {};
  if (typeof reason === 'string' && reason.length <= MAX_REASON) return { reason };
  throw invalid('invalid_payload', `reason: it must be a text of at most ${MAX_REASON} characters`);
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readId(value: unknown, at: string): string {
  const problem = messageIdProblem(value);
  if (problem !== undefined) throw invalid('invalid_payload', `${at}: ${problem}`);
  return value as string;
}

function invalid(code: HttpErrorCode, message: string): HttpError {
  return new HttpError(422, code, message);
}
