import type { Socket } from 'node:net';
import { SettingsError } from '../config/error';
import { Channel, type OtherProcess } from './channel';
import { GatewayLink } from './gateway-link';
import type { Identity } from './identity';
import type { GatewayFacts, Gathered, Handed, ToPrimary, ToWorker } from './messages';

/** What a worker has of its gateways, to end them and to tell of them. */
export interface Member {
  readonly facts: GatewayFacts;
  close(): Promise<void>;
}

/** This process as a worker: what it hears of its primary, and what it tells it. */
export class WorkerLink {
  readonly who: Identity;
  readonly #channel: Channel<ToPrimary, ToWorker>;
  readonly #gateways: GatewayLink[] = [];
  readonly #members: Member[] = [];
  readonly #gathers = new Map<number, (answers: readonly Gathered[]) => void>();
  #calls = 0;

  /** `onClose`: the primary wants this worker to end. */
  constructor(who: Identity, primary: OtherProcess, onClose: () => void) {
    this.who = who;
    this.#channel = new Channel(
      primary,
      (message: ToWorker) => {
        if (message.type === 'close') onClose();
        else this.#hear(message);
      },
      (message, socket) => this.#take(message, socket),
    );
  }

  /** The link of one more gateway of this worker. */
  join(): GatewayLink {
    const link = new GatewayLink(this.#gateways.length, this.who, {
      post: (message, size) => this.#channel.post(message, size),
      alone: (message) => this.#channel.alone(message),
      hand: (message, socket, done) => this.#channel.hand(message, socket, false, done),
      gather: (unit, what) => this.#gather(unit, what),
    });
    this.#gateways.push(link);
    return link;
  }

  add(member: Member): void {
    this.#members.push(member);
  }

  /** Tells that this worker serves. */
  ready(): void {
    this.#channel.post({ type: 'ready', gateways: this.#members.map(({ facts }) => facts) });
  }

  /** Tells why it can't, and settles when that is told. */
  failed(error: unknown): Promise<void> {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const setting = error instanceof SettingsError ? error.setting : undefined;
    this.#channel.post({ type: 'failed', message, stack, setting });
    return new Promise((resolve) => this.#channel.flush(resolve));
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
    await new Promise<void>((resolve) => this.#channel.flush(resolve));
  }

  #gather(unit: number, what: string): Promise<readonly Gathered[]> {
    this.#calls += 1;
    const call = this.#calls;
    this.#channel.post({ type: 'gather', call, unit, what });
    return new Promise((resolve) => this.#gathers.set(call, resolve));
  }

  #hear(message: Exclude<ToWorker, { type: 'close' }>): void {
    if (message.type === 'gathered') {
      this.#gathers.get(message.call)?.(message.answers);
      this.#gathers.delete(message.call);
    } else if (message.type === 'gather') {
      const { call } = message;
      const asked = this.#gateways[message.unit]?.asked(message.what) ?? Promise.resolve(undefined);
      asked.then((answer) => this.#channel.alone({ type: 'gathered', call, answer }));
    } else {
      this.#gateways[message.unit]?.hear(message);
    }
  }

  #take(message: Handed, socket: Socket | undefined): void {
    const { unit, socket: number } = message;
    this.#channel.post({ type: 'took', unit, socket: number });
    const gateway = this.#gateways[unit];
    if (socket && gateway) gateway.take(message, socket);
    else this.#channel.post({ type: 'gone', unit });
  }
}
