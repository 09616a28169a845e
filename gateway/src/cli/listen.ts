import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { BYE, isRecord, roomNameProblem } from '../../../src/protocol';
import { Failure, readUrl } from './failure';
import { formatMessage } from './format';

export interface ListenOptions {
  url: string;
  namespace: string;
  path: string;
  token?: string;
  json?: true;
  count?: string;
}

const JOIN_TIMEOUT = 10_000;

/** `toporia-gateway listen`: joins rooms and prints what arrives, until it is stopped or has `--count` messages. */
export async function listen(rooms: readonly string[], options: ListenOptions): Promise<void> {
  const url = readUrl(options.url);
  const count = readCount(options.count);
  for (const room of rooms) {
    const problem = roomNameProblem(room);
    if (problem !== undefined) throw new Failure(`the room ${JSON.stringify(room)}: ${problem}`, 2);
  }
  const socket = connect(url, options);
  process.once('SIGINT', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(0));
  // `listen … | head -1` has read enough.
  process.stdout.once('error', () => process.exit(0));
  try {
    await follow(socket, rooms, options, count);
  } finally {
    socket.disconnect();
  }
}

function connect(url: URL, { namespace, path, token }: ListenOptions): Socket {
  // The SDK's way to introduce oneself, so that each message tells its room.
  const toporia = { sdk: __VERSION__, client: randomUUID() };
  return io(new URL(namespace.replace(/^\/*/, '/'), url).href, {
    path,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    forceNew: true,
    auth: { toporia, ...(token !== undefined && { token }) },
  });
}

/** Resolves after `count` messages; rejects when there is nothing left to listen to. */
function follow(
  socket: Socket,
  rooms: readonly string[],
  { url, json }: ListenOptions,
  count: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = count;
    let connections = 0;
    socket.onAny((event: string, data: unknown, meta: unknown) => {
      if (event === BYE) {
        note(`the gateway says goodbye: ${isRecord(data) ? data.code : 'no reason given'}`);
        return;
      }
      if (left-- <= 0) return;
      process.stdout.write(`${formatMessage(event, data, meta, json === true)}\n`, () => {
        if (left <= 0) resolve();
      });
    });
    socket.on('connect', () => {
      const first = ++connections === 1;
      joinAll(socket, rooms).then((joined) => {
        if (!socket.connected) return;
        if (joined.length === 0) reject(new Failure('no room could be joined'));
        else note(`${first ? 'listening to' : 'back in'} ${joined.join(', ')}`);
      });
    });
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      const wait = retryDelay(error.data);
      if (socket.active && connections > 0) return;
      if (socket.active) reject(new Failure(`${url} can't be reached; is the gateway running?`));
      else if (connections > 0 && wait !== undefined) setTimeout(() => socket.connect(), wait);
      else reject(new Failure(`the gateway refused the connection: ${error.message}`));
    });
    socket.on('disconnect', (reason) => {
      if (socket.active) note(`connection lost (${reason}); trying again`);
      else if (left > 0) reject(new Failure('the gateway ended the connection'));
    });
  });
}

/** When to come back after a refusal that passes, such as by a gateway that restarts. Socket.IO itself gives up. */
function retryDelay(refusal: unknown): number | undefined {
  const { code, retry_after } = isRecord(refusal) ? refusal : {};
  if (typeof retry_after === 'number') return Math.min(Math.max(retry_after, 100), 60_000);
  return code === 'limit' || code === 'internal' ? 1000 : undefined;
}

/** Joins each room, tells what could not be joined, and gives the rest. */
async function joinAll(socket: Socket, rooms: readonly string[]): Promise<string[]> {
  const results = await Promise.all(
    rooms.map(async (room) => {
      const problem = await joinProblem(socket, room);
      if (problem !== undefined && socket.connected) note(`can't join ${room}: ${problem}`);
      return problem === undefined ? [room] : [];
    }),
  );
  return results.flat();
}

async function joinProblem(socket: Socket, room: string): Promise<string | undefined> {
  try {
    const reply: unknown = await socket.timeout(JOIN_TIMEOUT).emitWithAck('join', { room });
    if (!isRecord(reply) || reply.error === undefined) return undefined;
    return isRecord(reply.error) ? String(reply.error.message ?? reply.error.code) : String(reply.error);
  } catch {
    return 'the gateway did not answer';
  }
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Failure(`--count is ${JSON.stringify(text)}: it must be a whole number from 1`, 2);
}

function note(line: string): void {
  process.stderr.write(`toporia-gateway: ${line}\n`);
}
