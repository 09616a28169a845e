import type { AddressInfo } from 'node:net';
import type { FromNode, HubOptions, ToNode } from './broker-messages';

/** What a worker tells its primary. `unit` is which of the gateways that a worker has: they are made in the same order in each. */
export type ToPrimary =
  /** All that the worker has to do to serve is done. */
  | { readonly type: 'ready'; readonly gateways: readonly GatewayFacts[] }
  /** It can't serve, and why. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly stack: string | undefined;
      readonly setting: string | undefined;
    }
  /** It would serve what comes to this port. `most`: how many connections at once. */
  | {
      readonly type: 'listen';
      readonly unit: number;
      readonly port: number;
      readonly host: string;
      readonly most: number;
    }
  /** One of the gateways is about to end: it serves what is for its own clients, but wants no new ones. */
  | { readonly type: 'closing'; readonly unit: number }
  /** It has taken over a connection. */
  | { readonly type: 'took'; readonly unit: number; readonly socket: number }
  /** One of its connections has ended. */
  | { readonly type: 'gone'; readonly unit: number }
  | { readonly type: 'open-node'; readonly unit: number; readonly node: string; readonly options: HubOptions }
  | { readonly type: 'from-node'; readonly unit: number; readonly what: FromNode }
  /** To all other workers. */
  | { readonly type: 'spread'; readonly unit: number; readonly what: unknown }
  | { readonly type: 'gather'; readonly call: number; readonly unit: number; readonly what: string }
  | { readonly type: 'gathered'; readonly call: number; readonly answer: unknown };

/** What the primary tells a worker. */
export type ToWorker =
  | { readonly type: 'listening'; readonly unit: number; readonly address: AddressInfo }
  | { readonly type: 'deaf'; readonly unit: number; readonly message: string }
  | { readonly type: 'to-node'; readonly unit: number; readonly what: ToNode }
  | { readonly type: 'spread'; readonly unit: number; readonly what: unknown }
  | { readonly type: 'gather'; readonly call: number; readonly unit: number; readonly what: string }
  | { readonly type: 'gathered'; readonly call: number; readonly answers: readonly Gathered[] }
  /** End as a gateway ends: clients are told. */
  | { readonly type: 'close' };

/** What comes with a connection: one of them, and no other message, is sent with each. */
export type Handed =
  /** A new connection, for a gateway of the worker. */
  | { readonly type: 'connection'; readonly unit: number; readonly socket: number }
  /** A connection that began at another worker, with what was read of it already. */
  | {
      readonly type: 'moved';
      readonly unit: number;
      readonly worker: number;
      readonly head: Uint8Array;
      readonly socket: number;
    };

export interface GatewayFacts {
  readonly url: string | undefined;
  readonly developmentMode: boolean;
  /** Ms that its end may take. */
  readonly longestEnd: number;
}

/** What one worker answered. */
export interface Gathered {
  readonly worker: number;
  readonly answer: unknown;
}
