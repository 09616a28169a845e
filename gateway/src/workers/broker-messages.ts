import type { Position } from '../../../src/protocol';
import type {
  BrokerMessage,
  BrokerState,
  Claim,
  Heard,
  RoomKey,
  RosterChange,
  RosterPage,
} from '../broker/broker';
import { Payload, type PayloadParts } from '../delivery/payload';
import type { LogBounds } from '../log/memory-log';
import type { LogEntry, LogPage } from '../log/room-log';

/** What the hub in the primary has to know of the settings. */
export interface HubOptions {
  readonly log: LogBounds | undefined;
  readonly repeatsAge: number;
  /** Ms that the users of a worker that is gone stay in the rosters. */
  readonly grace: number;
}

/** A message with its payload in parts. */
export type Parted<T extends LogEntry> = Omit<T, 'payload'> & { readonly payload: PayloadParts };

export interface PartedPage {
  readonly position: Position;
  readonly messages: readonly Parted<LogEntry>[] | undefined;
}

/** What a node in a worker asks of the hub; `call` where it waits for an answer. */
export type FromNode =
  | { readonly do: 'enter'; readonly room: RoomKey; readonly isPresence: boolean }
  | { readonly do: 'exit'; readonly room: RoomKey }
  | { readonly do: 'stop' }
  | {
      readonly do: 'settle';
      readonly id: string;
      readonly outcome: string | undefined;
      readonly call: number;
    }
  | ({ readonly call: number } & Question);

export type Question =
  | {
      readonly do: 'publish';
      readonly rooms: readonly RoomKey[];
      readonly message: Parted<BrokerMessage>;
    }
  | { readonly do: 'position' | 'roster'; readonly room: RoomKey }
  | { readonly do: 'since'; readonly room: RoomKey; readonly position: Position }
  | { readonly do: 'last'; readonly room: RoomKey; readonly count: number }
  | {
      readonly do: 'join' | 'update';
      readonly room: RoomKey;
      readonly user: string;
      readonly userInfo: unknown;
    }
  | { readonly do: 'leave'; readonly room: RoomKey; readonly user: string }
  | { readonly do: 'tell'; readonly what: string }
  | { readonly do: 'count'; readonly what: string; readonly change: 1 | -1 }
  | { readonly do: 'claim'; readonly id: string };

/** What the hub tells a node. */
export type ToNode =
  | { readonly is: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly is: 'refusal'; readonly call: number; readonly message: string; readonly maybeDone: boolean }
  | { readonly is: 'nodes'; readonly nodes: readonly string[] }
  | ({ readonly is: 'heard'; readonly message: Parted<BrokerMessage> } & Omit<Heard, 'message'>)
  | { readonly is: 'gap'; readonly room: RoomKey; readonly position: Position }
  | { readonly is: 'roster'; readonly room: RoomKey; readonly change: RosterChange }
  | { readonly is: 'rosterIs'; readonly room: RoomKey; readonly page: RosterPage }
  | { readonly is: 'told'; readonly node: string; readonly what: string }
  | { readonly is: 'state'; readonly state: BrokerState }
  | { readonly is: 'forgotten' };

/** What a claim is answered with: who has won it says later how it went. */
export type ClaimAnswer = Exclude<Claim, { type: 'mine' }> | { readonly type: 'mine' };

export function parted<T extends LogEntry>(message: T): Parted<T> {
  const { texts, attachments, mark } = message.payload;
  return { ...message, payload: { texts, attachments, mark } };
}

export function whole<T extends LogEntry>(message: Parted<T>): T {
  const { texts, attachments, mark } = message.payload;
  // Structured clones of buffers are plain bytes.
  const buffers = attachments.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return { ...message, payload: Payload.from({ texts, attachments: buffers, mark }) } as unknown as T;
}

export function partedPage({ position, messages }: LogPage): PartedPage {
  return { position, messages: messages?.map((message) => parted(message)) };
}

export function wholePage({ position, messages }: PartedPage): LogPage {
  return { position, messages: messages?.map((message) => whole(message)) };
}
