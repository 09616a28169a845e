import type { Socket } from 'socket.io-client';
import type { TestGateway } from '../../gateway/src/testing';
import type { MessageMeta } from '../../src/protocol';
import { program } from '../support/programs';
import { open, openPlain, startGateway } from '../support/realtime-pair';
import type { RedisServer } from '../support/redis-server';
import { run } from '../support/run';

export const KEY = 'key-of-the-tests';

export type Way = 'publish' | 'append';

/** One message as a backend writes it: by one way, or by both. */
export type Written = readonly [ways: readonly Way[], channel: string, message: Record<string, unknown>];

/** Gateways that share a Redis, and have found it; they are gone when the test ends. */
export function startNodes(count: number, { url }: RedisServer): Promise<TestGateway[]> {
  const node = async () => {
    const gateway = await startGateway({ broker: 'redis', redis: { url }, api_key: KEY });
    await ready(gateway);
    return gateway;
  };
  return Promise.all(Array.from({ length: count }, node));
}

/** Resolves when a gateway has found its Redis. */
export async function ready({ url }: TestGateway): Promise<void> {
  while (!(await fetch(`${url}/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a member heard of a room, in order. */
export interface Member {
  readonly name: string;
  readonly heard: [event: string, data: unknown, meta?: MessageMeta][];
  /** Resolves with what came before the event of this name. */
  before(event: string): Promise<Member['heard']>;
}

/** A member of the SDK, and a plain one, on each node. */
export async function membersOf(nodes: readonly TestGateway[], room: string): Promise<Member[]> {
  const all = nodes.map(async ({ url }, index) => {
    const [sdk, plain] = [open(url), await openPlain(url)];
    const members = [member(`SDK on node ${index}`, sdk), member(`plain on node ${index}`, plain)];
    await Promise.all([sdk.join(room), plain.emitWithAck('join', room)]);
    return members;
  });
  return (await Promise.all(all)).flat();
}

type Listening =
  | Pick<Socket, 'onAny'>
  | { onAny(handler: (event: string, ...args: unknown[]) => void): unknown };

function member(name: string, client: Listening): Member {
  const heard: Member['heard'] = [];
  let wake = () => {};
  client.onAny((event: string, data: unknown, meta?: unknown) => {
    heard.push([
      event,
      data,
      ...(meta === undefined ? [] : [meta as MessageMeta]),
    ] as Member['heard'][number]);
    wake();
  });
  return {
    name,
    heard,
    async before(event) {
      for (;;) {
        const end = heard.findIndex(([found]) => found === event);
        if (end >= 0) return heard.slice(0, end);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** Has PHP write to Redis. */
export async function written(server: RedisServer, messages: readonly Written[], flags = 0): Promise<void> {
  const script = new URL('./redis-writer.php', import.meta.url).pathname;
  const args = [script, String(server.port), JSON.stringify(messages), String(flags)];
  const { code, stdout, stderr } = await run(program('php').path, args);
  if (code !== 0 || stdout || stderr) throw new Error(`PHP ended with ${code}: ${stdout}${stderr}`);
}
