import { eventNameProblem, HELLO, JOIN_EVENTS, LEAVE_EVENTS, sendableEventProblem } from '../../src/protocol';
import type { EventHandler } from './api';
import type { Connection } from './connection';
import { CLIENT_EVENT } from './echo/names';
import { readWhisper } from './echo/whisper';
import type { Middlewares } from './middleware';
import { isTooDeep, MAX_NESTING } from './nesting';
import { readMessageId, roomNamed, type Sent } from './relay';
import type { Repeats } from './repeats';
import { isErrorReply, type Reply, refuse } from './replies';

type Later<T> = T | PromiseLike<T>;

/** Does one event that has a meaning of its own. */
export type Command = (connection: Connection, payload: unknown) => Later<Reply>;

export interface DispatchOptions {
  readonly commands: ReadonlyMap<string, Command>;
  /** A namespace's own handler for an event, in place of the relay. */
  readonly handler: (namespace: string, event: string) => EventHandler | undefined;
  readonly runHandler: (handler: EventHandler, connection: Connection, sent: Sent) => Later<Reply>;
  readonly relay: (connection: Connection, sent: Sent) => Later<Reply>;
  /** What a program put before the messages. */
  readonly middlewares: Middlewares;
  readonly repeats: Repeats;
}

/** Names that have a meaning of their own, so that no handler can be registered for them. */
export const COMMAND_EVENTS: ReadonlySet<string> = new Set([
  ...JOIN_EVENTS,
  ...LEAVE_EVENTS,
  'auth',
  'batch',
  'presence.update',
  CLIENT_EVENT,
  HELLO,
]);

const KNOWN_NAMES = 1_000;

/** Decides by its name what an event is: a command, a handler's, or one to relay. */
export function createDispatch(options: DispatchOptions) {
  const { commands, handler: handlerOf, runHandler, relay, middlewares, repeats } = options;
  // Most names come again and again, and looking at one costs more than passing the event on.
  const sendable = new Set<unknown>();

  return (connection: Connection, event: unknown, args: unknown[]): Later<Reply> => {
    // The events of a batch come by here too, each by itself.
    if (event !== 'batch' && isTooDeep(args)) return tooDeep();
    const command = commands.get(event as string);
    if (command) {
      const run = () => command(connection, args[0]);
      return event === 'batch' ? once(connection, { event, args }, run) : run();
    }
    if (event !== CLIENT_EVENT) return send(connection, { event: event as string, args });
    const whisper = readWhisper(connection, args[0]);
    return isErrorReply(whisper) ? whisper : send(connection, whisper);
  };

  /** Everything that is a message of the client's own. */
  function send(connection: Connection, sent: Sent): Later<Reply> {
    const { event } = sent;
    if (!sendable.has(event)) {
      const refusal = refusalOf(event);
      if (refusal) return refusal;
      if (sendable.size < KNOWN_NAMES) sendable.add(event);
    }
    return once(connection, sent, () => take(connection, sent));
  }

  /** What has an id of its client's is not done again. */
  function once(connection: Connection, sent: Sent, run: () => Later<Reply>): Later<Reply> {
    const id = readMessageId(connection, sent);
    if (id === undefined) return run();
    if (isErrorReply(id)) return id;
    const { cluster, name } = connection.space;
    // A message that is relayed and nothing else is known to the broker by its id.
    const isOwn = sent.event === 'batch' || handlerOf(name, sent.event) || middlewares.serve(name);
    const deed = cluster && isOwn ? () => cluster.claims.once(connection, id, run) : run;
    return repeats.once(connection, id, deed);
  }

  function take(connection: Connection, sent: Sent): Later<Reply> {
    const { event, args } = sent;
    if (!middlewares.serve(connection.space.name)) return pass(connection, sent);
    const wish = { type: 'message', event, room: roomNamed(connection, sent), data: args[0] } as const;
    return middlewares.run(connection, wish, (data) =>
      // Whoever sent no payload at all is not made to send one.
      pass(connection, data === args[0] ? sent : { ...sent, args: [data, ...args.slice(1)] }),
    );
  }

  function pass(connection: Connection, sent: Sent): Later<Reply> {
    const handler = handlerOf(connection.space.name, sent.event);
    return handler ? runHandler(handler, connection, sent) : relay(connection, sent);
  }
}

function tooDeep(): Reply {
  return refuse('invalid_payload', `The data is nested deeper than ${MAX_NESTING} levels; send it flatter.`);
}

function refusalOf(event: unknown): Reply {
  const problem = eventNameProblem(event);
  if (problem) return refuse('invalid_event', `That is not the name of an event: ${problem}.`);
  if (!sendableEventProblem(event)) return undefined;
  return refuse('reserved_event', `"${event}" is sent by the gateway alone; choose another name.`);
}
