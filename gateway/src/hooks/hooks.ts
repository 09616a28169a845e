import type { Socket } from 'socket.io';
import type { User } from '../api';

/** What became of what a hook goes around. */
export interface Outcome {
  /** Why it was refused or has failed; absent where it went well. */
  readonly error?: { readonly code: string; readonly message: string };
  /** What was thrown, where something was that its client learns nothing of. */
  readonly cause?: unknown;
}

/** Does it, once, and tells what became of it; never rejects. */
export type Run = () => Promise<Outcome>;

/** Who something is done for. */
export interface ClientInfo {
  readonly namespace: string;
  readonly socket: Socket;
  readonly user: User | undefined;
}

export interface EventInfo extends ClientInfo {
  readonly event: string;
  /** The payload. */
  readonly data: unknown;
}

export interface JoinInfo extends ClientInfo {
  readonly room: string;
}

export interface PublishInfo {
  readonly event: string;
  /** The message's id, the same at each receiver. */
  readonly id: string;
  /** Of a client, or of the program itself or a backend. */
  readonly source: 'client' | 'server';
  readonly namespaces: readonly string[];
  readonly rooms: readonly string[];
  /** Id of the user who sent it, if it is known. */
  readonly sender: string | undefined;
}

export interface RequestInfo {
  readonly method: string;
  /** With `{id}` and `{name}` for what varies. */
  readonly route: string;
  /** The request's headers of these names, by which it belongs to a trace (W3C Trace Context). */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/**
 * Functions around what the gateway does. Each gets what it is about, and `run`, which does it: what is asynchronous in there, a
 * program's handlers among it, keeps the `AsyncLocalStorage` in which `run` was called. Where a hook does not call it at once
 * it is done all the same, after the hook. Nothing that a hook throws or returns changes what is done; an error is logged.
 */
export interface GatewayHooks {
  /** Each event of a client, each of a batch by itself too, from when its turn has come until its answer is there. */
  readonly event?: (info: EventInfo, run: Run) => unknown;
  /** The decision whether a client may join a room. */
  readonly join?: (info: JoinInfo, run: Run) => unknown;
  /** A message on its way to its rooms. */
  readonly publish?: (info: PublishInfo, run: Run) => unknown;
  /** A request to the HTTP API whose key is right. */
  readonly request?: (info: RequestInfo, run: Run) => unknown;
  /** A client that is in a namespace; what it returns is called when it is gone. */
  readonly connection?: (info: ClientInfo) => ((reason: string) => void) | undefined;
}

export const HOOK_NAMES = [
  'event',
  'join',
  'publish',
  'request',
  'connection',
] as const satisfies readonly (keyof GatewayHooks)[];
