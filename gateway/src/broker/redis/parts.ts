import type { Position } from '../../../../src/protocol';
import type { BrokerMessage, RoomKey } from '../broker';
import { Claims } from './claims';
import { Connection, type ConnectionEvents } from './connection';
import { Counts } from './counts';
import { Foreign } from './foreign';
import { Keys } from './keys';
import { LogReader } from './log-reader';
import { type NodeListener, Nodes } from './nodes';
import { type RedisBrokerOptions, USUAL_TIMING } from './options';
import { Publishing } from './publishing';
import { Rooms } from './rooms';
import { Rosters } from './rosters';
import { StreamWatch } from './stream-watch';
import type { Told } from './told';
import { Upkeep } from './upkeep';

export type Parts = ReturnType<typeof makeParts>;

/** What a broker in Redis is made of, and who tells what to whom. */
export function makeParts(
  options: RedisBrokerOptions,
  told: Told,
  events: Omit<ConnectionEvents, 'published'> & NodeListener,
) {
  const { redis, logger, repeatsAge, timing = USUAL_TIMING, bounds } = options;
  const keys = new Keys(redis.prefix);
  const connection: Connection = new Connection(
    redis,
    {
      prepare: () => events.prepare(),
      state: (state) => events.state(state),
      published: (channel, text) => told.safely(() => published(channel, text)),
    },
    logger,
  );
  const nodes = new Nodes(connection, keys, timing, events);
  const reader = new LogReader(connection, keys, options);
  const rosters = new Rosters(connection, keys, nodes);
  const watch = new StreamWatch(connection, keys, redis.db, (): Rooms => rooms);
  const heard = (room: RoomKey, found: Found) => {
    const { message, position, rooms = [room] } = found;
    told.heard({ room, message, position, rooms });
  };
  const rooms = new Rooms({
    connection,
    keys,
    reader,
    rosters,
    announced: (room) => watch.announced(room),
    channels: (room) => watch.channels(keys.streamOf(room)),
    listener: {
      heard,
      volatile: (room, found) => heard(room, { ...found, position: undefined }),
      gap: (room, position) => told.gap(room, position),
      roster: (room, change) => told.roster(room, change),
      rosterIs: (room, page) => told.rosterIs(room, page),
    },
  });
  const foreign = new Foreign({
    connection,
    keys,
    reader,
    rooms,
    repeatsAge,
    logger,
    volatile: (room, message) => heard(room, { message, rooms: undefined, position: undefined }),
  });
  const counts = new Counts(connection, keys, nodes);
  const claims = new Claims(connection, keys, nodes, repeatsAge);
  const publishing = new Publishing(connection, keys, reader, repeatsAge);
  const upkeep = new Upkeep({
    reader,
    rooms,
    age: bounds.age,
    isReady: () => connection.state.status === 'ready',
    sweep: () => foreign.sweep(),
    refresh: () => counts.settle(true),
    renew: () => claims.renew(),
  });

  function published(channel: string, text: string): void {
    if (watch.published(channel, text) || rooms.published(channel, text)) return;
    if (channel === keys.control) {
      const { node, what } = nodes.hear(text);
      if (node !== nodes.node && what !== undefined) told.told(node, what);
    } else if (channel.startsWith(keys.prefix)) {
      foreign.published(channel, text);
    }
  }

  return { keys, connection, nodes, reader, rosters, rooms, watch, counts, claims, publishing, upkeep };
}

interface Found {
  readonly message: BrokerMessage;
  readonly rooms: readonly RoomKey[] | undefined;
  readonly position: Position | undefined;
}
