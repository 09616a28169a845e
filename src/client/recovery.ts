import { GAP, type HistoryRequest, isPosition, isRecord, type JoinReply, type Position } from '../protocol';
import type { IncomingReader } from './incoming';

/** Messages of a room may have been missed, and are not to be had any more. */
export interface Gap {
  /**
   * - `expired`: the gateway's log does not reach back that far
   * - `log_lost`: its log is another one, since it was started anew or has lost it
   * - `unsupported`: it keeps none
   */
  reason: 'expired' | 'log_lost' | 'unsupported';
  /** How many the room has had meanwhile, where that is known. */
  missed?: number;
}

/** Who hears what a room has, and has missed. */
export interface RecoveryHost {
  /** `isRepeat`: it has been heard already, in another room. */
  _hear(event: string, args: unknown[], isRepeat: boolean): void;
  readonly _reader: IncomingReader;
  _missed(channel: string, gap: Gap): void;
}

/**
 * What one room has missed, and how it gets it: all of it, in order and before anything new, or it is told that there is
 * a gap.
 */
export class Recovery {
  /** The last one that was heard. */
  private _position: Position | undefined;
  /** What comes while the gateway is asked for what came before. */
  private _held: [event: string, args: unknown[]][] | undefined;
  /** Counts what makes an answer, or the rest of it, void. */
  private _turn = 0;

  constructor(
    readonly _channel: string,
    private readonly _host: RecoveryHost,
    /** Where the log was when the gateway let the client in. */
    position?: unknown,
  ) {
    this._moveTo(position);
  }

  /** What a join has to ask for. From now on what is new waits for the answer. */
  _ask(isRejoin: boolean | undefined, rewind: number | undefined): HistoryRequest {
    if (!isRejoin) this._position = undefined;
    const since = this._position;
    const history = since ? { since } : rewind && !isRejoin ? { rewind } : undefined;
    this._held = history && [];
    return history ?? {};
  }

  /** A message has come. One without a place in the log can't be missed, nor come twice. */
  _take(event: string, args: unknown[]): void {
    if (this._held && isPosition(Object(args[1]).position)) this._held.push([event, args]);
    else this._pass(event, args);
  }

  /** The room has been joined. Returns false when a handler has left it, or ended the connection. */
  _answered({ recovered, position, messages = [] }: Partial<JoinReply>, isRejoin: boolean): boolean {
    const since = this._position;
    const turn = this._turn;
    const missed =
      isPosition(position) && since?.epoch === position.epoch ? position.offset - since.offset : -1;
    const isWhole = isLog(messages, this._channel);
    if (isRejoin && !(missed >= 0 && (recovered ?? !missed) === true && isWhole)) {
      this._position = undefined;
      const reason = missed >= 0 ? 'expired' : since && isPosition(position) ? 'log_lost' : 'unsupported';
      this._host._missed(this._channel, { reason, ...(missed >= 0 && { missed }) });
    } else if (isWhole) {
      for (const [event, ...args] of messages) {
        if (turn === this._turn) this._pass(event, args, !isRejoin);
      }
    }
    return turn === this._turn;
  }

  /** What has waited is heard. */
  _release(position: unknown): void {
    const held = this._held ?? [];
    const turn = this._turn;
    this._held = undefined;
    for (const [event, args] of held) if (turn === this._turn) this._pass(event, args);
    if (turn === this._turn) this._moveTo(position);
  }

  /** The connection is gone, or the room: what waits comes again with the next answer, or is not wanted. */
  _lost(): void {
    this._turn++;
    this._held = undefined;
  }

  private _pass(event: string, args: unknown[], isRewound = false): void {
    const { id, position } = Object(args[1]);
    const last = this._position;
    if (isPosition(position)) {
      const missed = last?.epoch === position.epoch ? position.offset - last.offset : undefined;
      if (last && missed === undefined) this._host._missed(this._channel, { reason: 'log_lost' });
      else if ((missed ?? 1) <= 0) return;
      else if (event === GAP) {
        this._host._missed(this._channel, { reason: 'expired', ...(missed && { missed }) });
      }
      this._position = position;
    }
    if (event === GAP) return;
    // One that was sent again after its room's log was lost has another place, but the same id.
    const isKnown = this._host._reader._recall(id, this._channel);
    if (!isKnown || isRewound) this._host._hear(event, args, isKnown === false);
  }

  private _moveTo(position: unknown): void {
    const last = this._position;
    if (isPosition(position) && !(last?.epoch === position.epoch && last.offset > position.offset)) {
      this._position = position;
    }
  }
}

/** Whether these are messages of that room, each as it would have come by itself. */
function isLog(messages: unknown, channel: string): messages is NonNullable<JoinReply['messages']> {
  return (
    Array.isArray(messages) &&
    messages.every(
      (message) =>
        Array.isArray(message) &&
        typeof message[0] === 'string' &&
        isRecord(message[2]) &&
        message[2].channel === channel,
    )
  );
}
