import { Readers } from './log/readers';
import type { RoomLog } from './log/room-log';
import { Graces } from './presence/graces';
import { Recent } from './recent';
import { Repeats } from './repeats';
import type { Settings } from './settings';
import { startSweep } from './sweep';

/** Namespaces that are remembered when nobody is in them any more. */
const MOST_VISITED = 100;

/** Messages of programs and backends that are remembered by the ids that they chose. */
const MOST_PUBLISHED = 20_000;

/** All that the gateway keeps of what has been, for those who come back. */
export interface Retention {
  /** The messages of the rooms, where they are kept. */
  readonly log: RoomLog | undefined;
  readonly readers: Readers;
  readonly repeats: Repeats;
  readonly graces: Graces | undefined;
  readonly visited: Recent<string, true>;
  /** Rooms' keys with the ids of messages that were published there. */
  readonly published: Recent<string, true>;
  stop(): void;
}

/** `now` in ms, of a clock that never goes back. */
export function createRetention(
  { limits, presence_grace }: Settings,
  now: () => number,
  log: RoomLog | undefined,
): Retention {
  const age = limits.room_log_age;
  const readers = new Readers(age, now);
  const visited = new Recent<string, true>(MOST_VISITED, age, now);
  const published = new Recent<string, true>(MOST_PUBLISHED, limits.repeats_age, now);
  const repeats = new Repeats(
    {
      age: limits.repeats_age,
      perClient: limits.repeats_per_client,
      totalBytes: limits.repeats_bytes,
    },
    now,
  );
  const graces = presence_grace > 0 ? new Graces(presence_grace, now) : undefined;
  const endSweep = startSweep([readers, visited, published, repeats, ...(log ? [log] : [])]);
  return {
    log,
    readers,
    repeats,
    graces,
    visited,
    published,
    stop() {
      endSweep();
      graces?.stop();
    },
  };
}
