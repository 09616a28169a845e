import type { ToporiaRealtime } from '../../src/index';

export interface Message {
  id: number;
  text: string;
}

export interface Draft {
  text: string;
}

export interface Saved {
  id: number;
}

export interface FromServer {
  'message.sent': (message: Message) => void;
  'room.cleared': () => void;
  counted: (total: number) => void;
}

export interface ToServer {
  'message.sent': (draft: Draft, ack?: (reply: Saved) => void) => void;
  count: (step: number, ack: (total: number) => void) => void;
  note: (text?: string) => void;
  refresh: () => void;
}

export declare const typed: ToporiaRealtime<FromServer, ToServer>;
export declare const untyped: ToporiaRealtime;
