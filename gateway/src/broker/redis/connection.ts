import type { Logger } from '../../logger';
import { BrokerError, type BrokerState, type BrokerStatus } from '../broker';
import { answered, ended, Unanswered } from './answered';
import { type Client, type ClientFactory, loadClients } from './client';
import type { RedisSettings } from './options';
import { infoProblem, problemOf, readInfo } from './problems';
import type { Script } from './script';
import { watched } from './watched-client';

/** Ms between two looks at a Redis that is there and won't do. */
const CHECK_AGAIN = 1_000;

/** Ms that the first connection is waited for, unless something is known to be wrong. */
const FIRST_CONNECTION = 3_000;

export interface ConnectionEvents {
  /** Redis is there: whatever has to be done before anything else. Where it fails, the connection is not ready. */
  prepare(): Promise<void>;
  state(state: BrokerState): void;
  /** What was published to a channel that this connection subscribed to. */
  published(channel: string, text: string): void;
}

/**
 * The two connections to Redis, one for commands and one that listens, as one thing: ready when both are and the server will
 * do, and down as soon as one is lost.
 */
export class Connection {
  state: BrokerState = { status: 'connecting' };
  /** Of the server that is connected; empty with a Redis Cluster, where each script has to ask. */
  runId = '';
  #create: ClientFactory | undefined;
  #commands: Client | undefined;
  #listening: Client | undefined;
  #checking = false;
  #isOpen = false;
  #stopped = false;
  #error: unknown;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly redis: RedisSettings,
    private readonly events: ConnectionEvents,
    private readonly logger: Logger,
  ) {}

  get isCluster(): boolean {
    return this.redis.cluster !== undefined;
  }

  start(): void {
    loadClients(this.redis).then(
      (create) => {
        if (this.#stopped) return;
        this.#create = create;
        this.#commands = this.#watch(create());
        this.#listening = this.#watch(create());
        const heard = (channel: string, text: string) => this.events.published(channel, text);
        this.#listening.on('message', heard);
        this.#listening.on('smessage', heard);
        this.#listening.on('pmessage', (_pattern: string, channel: string, text: string) =>
          heard(channel, text),
        );
      },
      (error: Error) => this.#set('down', error.message),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#isOpen = false;
    this.#set('stopped');
    await Promise.all([this.#commands, this.#listening].map((client) => ended(client)));
  }

  /** Runs a script in one step. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.send(async (client) => {
      const all = [...keys, ...args].map(String);
      try {
        return await client.evalsha(script.sha, keys.length, ...all);
      } catch (error) {
        if (!/^NOSCRIPT/.test((error as Error).message)) throw error;
        return await client.eval(script.source, keys.length, ...all);
      }
    });
  }

  /** @throws {BrokerError} where it can't be sent, or is not answered. */
  async send<T>(command: (client: Client) => Promise<T>): Promise<T> {
    await this.#begun();
    return this.#ask(this.#commands, command);
  }

  /** The same of the connection that listens. */
  async listen<T>(command: (client: Client) => Promise<T>): Promise<T> {
    await this.#begun();
    return this.#ask(this.#listening, command);
  }

  /** One more client, for what holds up a connection. It is for the caller to end it. */
  another(): Client | undefined {
    const client = this.#create?.();
    client?.on('error', () => {});
    client?.connect().catch(() => {});
    return client;
  }

  /** Something that should have been answered was not. */
  doubt(): void {
    if (!this.#isOpen) return;
    this.#error = new Unanswered();
    this.#lost();
    for (const client of [this.#commands, this.#listening]) client?.disconnect(true);
  }

  /** Settled when it is ready, or after so many ms. */
  async ready(within: number): Promise<void> {
    if (this.state.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, within);
      const waiting = this.#waiting;
      waiting.add(done);
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      }
    });
  }

  get refusal(): string {
    const { status, problem } = this.state;
    if (status === 'stopped') return 'The broker has been stopped.';
    return `Redis can't be reached now${problem === undefined ? '' : `: ${problem}`}.`;
  }

  #watch(client: Client): Client {
    return watched(client, {
      ready: () => void this.#check(),
      failed: (error) => this.#fail(error),
      closed: () => this.#lost(),
      isOver: () => this.#stopped,
    });
  }

  /** A node that has only just started, and takes clients already, may have to connect yet. */
  async #begun(): Promise<void> {
    if (this.#isOpen || this.state.status !== 'connecting' || this.state.problem !== undefined) return;
    await this.ready(FIRST_CONNECTION);
  }

  async #ask<T>(client: Client | undefined, command: (client: Client) => Promise<T>): Promise<T> {
    if (!this.#isOpen || !client) throw new BrokerError(this.refusal, false);
    try {
      return await command(client);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #fail(error: unknown): void {
    this.#error = error;
    if (!this.#isOpen) this.#tell(error);
  }

  async #check(): Promise<void> {
    const [commands, listening] = [this.#commands, this.#listening];
    if (this.#stopped || this.#checking || this.#isOpen) return;
    if (commands?.status !== 'ready' || listening?.status !== 'ready') return;
    this.#checking = true;
    try {
      const info = readInfo(await answered(commands.info()));
      await answered(listening.ping());
      const problem = infoProblem(info, this.redis);
      if (problem !== undefined) {
        this.#set(this.#downStatus, problem);
        // Another server may be the primary by now.
        if (info.isReplica) commands.disconnect(true);
        this.#checkAgain();
        return;
      }
      this.runId = this.isCluster ? '' : info.run;
      this.#isOpen = true;
      this.#error = undefined;
      await answered(this.events.prepare());
      if (this.#isOpen && !this.#stopped) this.#set('ready');
    } catch (error) {
      if (this.#stopped) return;
      this.#isOpen = false;
      this.#tell((error as { cause?: unknown }).cause ?? error);
      if (error instanceof Unanswered) {
        commands.disconnect(true);
        listening.disconnect(true);
      }
      this.#checkAgain();
    } finally {
      this.#checking = false;
      if (this.#waitsForCheck()) this.#checkAgain();
    }
  }

  /** Both connections came while the last look was under way. */
  #waitsForCheck(): boolean {
    return !this.#isOpen && this.#commands?.status === 'ready' && this.#listening?.status === 'ready';
  }

  #checkAgain(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), CHECK_AGAIN);
  }

  #lost(): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    if (this.#stopped || !wasOpen) return;
    this.#tell(this.#error ?? new Error('the connection is lost'));
    this.#error = undefined;
  }

  #tell(error: unknown): void {
    if (!this.#stopped) this.#set(this.#downStatus, problemOf(error, this.redis));
  }

  get #downStatus(): BrokerStatus {
    return this.state.status === 'connecting' ? 'connecting' : 'down';
  }

  #set(status: BrokerStatus, problem?: string): void {
    const before = this.state;
    if (before.status === status && before.problem === problem) return;
    this.state = { status, ...(problem !== undefined && { problem }) };
    if (status === 'ready') {
      for (const waiting of [...this.#waiting]) waiting();
    } else if (status === 'connecting') {
      this.logger.warn({}, `waiting for Redis: ${problem}`);
    } else if (status === 'stopped') {
      for (const waiting of [...this.#waiting]) waiting();
    }
    this.events.state(this.state);
  }

  #failure(error: unknown): BrokerError {
    if (error instanceof BrokerError) return error;
    const { name, message } = error as Error;
    // Redis has said that it did not do it; else it may have, and its answer was lost.
    const isRefused = name === 'ReplyError' || /isn't writeable|enableOfflineQueue/.test(message);
    return new BrokerError(problemOf(error, this.redis), !isRefused, { cause: error });
  }
}
