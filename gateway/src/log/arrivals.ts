import type { HistoryRequest, JoinReply, LoggedMessage, Position } from '../../../src/protocol';
import { BrokerError } from '../broker/broker';
import type { Connection } from '../connection';
import { inSdkDialect, metaOf } from '../delivery/dialects';
import type { Gate } from '../delivery/gate';
import { isThenable } from '../replies';
import type { Room } from '../room';
import { letIn } from '../rooms';
import type { LogEntry, LogPage } from './room-log';

type Answer = Pick<JoinReply, 'members' | 'position' | 'recovered' | 'messages'>;

/** What a message takes in an answer beside its payload, in bytes: its name and what is said about it. */
const ENVELOPE = 200;

/**
 * A join that has been done and not been answered yet. What it is told of the room's log, and what it hears of the room, meet
 * where it is answered: nothing falls between the two, and nothing is in both.
 */
export class Arrival {
  #page: LogPage | undefined;
  #isLate = false;

  constructor(
    private readonly connection: Connection,
    private readonly room: Room,
    private readonly request: HistoryRequest,
    /** Holds back what is sent to the room; none where the client hears it already. */
    private readonly gate: Gate | undefined,
    /** What the client will be answered, which is added to. */
    public answer: Answer,
  ) {}

  /** Reads what was asked for. */
  read(): undefined | PromiseLike<void> {
    const { log } = this.connection.space;
    if (!log || !this.#isIn) return undefined;
    const { since, rewind } = this.request;
    const { key } = this.room;
    const page = since
      ? log.since(key, since)
      : rewind === undefined
        ? log.position(key)
        : log.last(key, rewind);
    const take = (read: LogPage | LogPage['position']) => {
      this.#page = 'offset' in read ? { position: read, messages: undefined } : read;
    };
    if (!isThenable(page)) {
      take(page as LogPage);
      return undefined;
    }
    this.#isLate = true;
    return (page as PromiseLike<LogPage>).then(take, (error: unknown) => {
      // So nothing can be told; whoever asked for what it missed is told that.
      if (!(error instanceof BrokerError)) throw error;
    });
  }

  /** Makes the answer complete, in one step with its being sent. */
  complete(): void {
    const { answer, gate } = this;
    const { since, rewind } = this.request;
    const members = this.#isIn ? this.room.roster?.members() : undefined;
    if (members) answer.members = members;
    const page = this.#page;
    const start = gate?.start;
    const told = page?.messages && !isAfter(start, page) ? this.#tell(page, page.messages) : undefined;
    const position = told ? page?.position : (start ?? page?.position);
    if (position) answer.position = position;
    if (since) answer.recovered = told !== undefined;
    if (told) answer.messages = told;
    else if (!since && rewind !== undefined) answer.messages = [];
  }

  /** Lets the client hear the room, after its answer. */
  open(): void {
    const { connection, gate } = this;
    if (!gate) return;
    if (this.#isIn && !connection.closed)
      letIn(connection, this.room, gate, this.answer.position, this.#isLate);
    else gate.end();
  }

  /** Those of the messages that are for this client; `undefined` where they are more than it may be told at once. */
  #tell({ position }: LogPage, messages: readonly LogEntry[]): LoggedMessage[] | undefined {
    const { room, connection, request } = this;
    const told: LoggedMessage[] = [];
    let bytes = 0;
    // From the last on: of what a rewind asks for, that counts most.
    for (let index = messages.length - 1; index >= 0; index--) {
      const message = messages[index] as LogEntry;
      if (request.since && this.#isNotFor(message)) continue;
      const size = ENVELOPE + message.payload.bytes;
      if (bytes + size > connection.history.left()) {
        if (request.since) return undefined;
        break;
      }
      bytes += size;
      const offset = position.offset - (messages.length - 1 - index);
      const meta = metaOf(message, room.name, { epoch: position.epoch, offset });
      told.push(inSdkDialect(message.event, message.payload.decode(), meta));
    }
    connection.history.spend(bytes);
    return told.reverse();
  }

  #isNotFor({ notFor }: LogEntry): boolean {
    const { reader, space } = this.connection;
    if (notFor.length === 0) return false;
    // Another node may have known no more of whom it left out than a socket's id.
    return (
      notFor.includes(reader) || (space.cluster !== undefined && space.readers.of(notFor).includes(reader))
    );
  }

  /** Whoever is out of the room again is told nothing of it. */
  get #isIn(): boolean {
    const { rooms, userRoom } = this.connection;
    return rooms.get(this.room.name)?.room === this.room || userRoom === this.room;
  }
}

/** Whether something is missing between a page and what a gate has held back since. */
function isAfter(start: Position | undefined, { position }: LogPage): boolean {
  return start !== undefined && start.epoch === position.epoch && start.offset > position.offset;
}
