import type {
  Channel,
  ChannelEvents,
  JoinOptions,
  RealtimeError,
  ToporiaRealtime,
  Unsubscribe,
} from '../index';
import { type RoomState, stateBefore } from './room-state';

/** Any client; what its events are is the business of the bindings' types. */
// biome-ignore lint/suspicious/noExplicitAny: maps of events differ in both directions, and any of them will do here.
export type AnyRealtime = ToporiaRealtime<any, any>;

/** What goes along with a join. How long to wait for it is not for one holder to say. */
export type HoldOptions = Pick<JoinOptions, 'auth' | 'channelData' | 'info'>;

/** What goes along with the join; read when the room is joined, and by `retry`. */
export interface RoomOptions extends HoldOptions {
  /** Messages of the room may have been missed; load its state anew here. */
  onGap?(gap: ChannelEvents['gap']): unknown;
}

export interface Holder {
  changed(): void;
  options(): HoldOptions;
}

/** The types of a room's own events and of the server's are told by each binding. */
export type RoomHandler = (...args: never[]) => unknown;

interface Hearing {
  readonly event: string;
  readonly handler: (...args: unknown[]) => unknown;
  end: Unsubscribe | undefined;
}

/** One room of a client that several hold. It is asked for in the turn in which the first came, with what all want. */
export class SharedRoom {
  state: RoomState;
  private channel: Channel | undefined;
  private isByHand = false;
  private isRolling = false;
  private readonly holders = new Set<Holder>();
  private readonly hearings = new Set<Hearing>();
  private stops: Unsubscribe[] = [];

  constructor(
    private readonly realtime: AnyRealtime,
    private readonly name: string,
    private readonly forget: () => void,
  ) {
    this.state = stateBefore(name);
  }

  /** Returns the release. */
  hold(holder: Holder): () => void {
    this.holders.add(holder);
    // Components of one turn come in any order, and each may bring a part of the options.
    queueMicrotask(() => this.open());
    return () => {
      if (this.holders.delete(holder)) queueMicrotask(() => this.holders.size || this.end());
    };
  }

  /** Hears an event of the room for as long as it is held, also after it was left by hand and joined again. */
  on(event: string, handler: RoomHandler): Unsubscribe {
    const heard = handler as Hearing['handler'];
    // A function of its own, since two components may hear with the same one.
    const hearing: Hearing = { event, handler: (...args) => heard(...args), end: undefined };
    this.hearings.add(hearing);
    this.hear(hearing);
    return () => {
      this.hearings.delete(hearing);
      hearing.end?.();
    };
  }

  /** The room's handle, as long as anyone holds the room; asks for the room if that has not been done. */
  get handle(): Channel | undefined {
    if (this.holders.size && this.state.status !== 'left') this.open();
    return this.channel;
  }

  /** Asks once more for a room that was refused, or left by hand. */
  retry(): void {
    if (!this.channel) this.open();
    else if (this.state.status === 'error') {
      this.change({ status: 'joining', error: undefined });
      this.realtime.join(this.name, this.options()).catch((error: RealtimeError) => {
        if (error.code === 'closed') this.failed(error);
      });
    }
  }

  private open(): void {
    if (this.channel || !this.holders.size) return;
    const { realtime, name } = this;
    this.isByHand = realtime.getRooms().includes(name);
    const channel: Channel = realtime.channel(name, this.options());
    this.channel = channel;
    this.stops = [
      channel.on('joined', () => this.joined()),
      channel.on('error', (error) => this.failed(error)),
      channel.on('left', () => this.left()),
      ...(['joined', 'left', 'updated'] as const).map((event) =>
        channel.presence.on(event, () => this.roll()),
      ),
      channel.typing.on('change', (typing) => this.change({ typing })),
      realtime.on('disconnected', () => this.lost()),
    ];
    for (const hearing of this.hearings) this.hear(hearing);
    const { members } = channel.presence;
    this.change({ ...stateBefore(name), members, typing: channel.typing.users, channel });
    // A room that has been joined or refused before tells nothing more of it.
    channel.ready.then(
      () => realtime.isConnected() && this.channel === channel && this.joined(),
      (error: RealtimeError) => this.channel === channel && isRefusal(error) && this.failed(error),
    );
  }

  private options(): HoldOptions {
    const all: Record<string, unknown> = {};
    for (const holder of this.holders) {
      const { auth, channelData, info } = holder.options();
      for (const [name, value] of Object.entries({ auth, channelData, info })) {
        if (value !== undefined) all[name] = value;
      }
    }
    return all;
  }

  private hear(hearing: Hearing): void {
    const { event, handler } = hearing;
    hearing.end = this.channel?.on(event, handler);
  }

  private joined(): void {
    const members = this.channel?.presence.members ?? [];
    this.change({ status: 'joined', error: undefined, members });
  }

  /** Takes the members anew, once for all who come and go in one turn: after a reconnect that may be many. */
  private roll(): void {
    if (this.isRolling) return;
    this.isRolling = true;
    queueMicrotask(() => {
      this.isRolling = false;
      if (this.channel) this.change({ members: this.channel.presence.members });
    });
  }

  private failed(error: RealtimeError): void {
    this.change({ status: 'error', error });
  }

  private lost(): void {
    if (this.state.status === 'joined') this.change({ status: 'joining' });
  }

  private left(): void {
    this.close();
    this.change({ ...stateBefore(null), status: 'left' });
  }

  private end(): void {
    const { channel, isByHand } = this;
    for (const hearing of this.hearings) hearing.end?.();
    this.close();
    this.forget();
    if (channel && !isByHand) channel.leave().catch(() => {});
  }

  private close(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.channel = undefined;
  }

  private change(part: Partial<RoomState>): void {
    const { state } = this;
    const names = Object.keys(part) as (keyof RoomState)[];
    if (names.every((name) => state[name] === part[name])) return;
    this.state = { ...state, ...part };
    for (const holder of [...this.holders]) holder.changed();
  }
}

/** The rest is only the end of one wait for a room that is still wanted. */
function isRefusal({ code }: RealtimeError): boolean {
  return !/^(timeout|closed|left)$/.test(code);
}
