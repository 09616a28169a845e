import {
  DEFAULT_MAX_BATCH,
  DEFAULT_MAX_PAYLOAD,
  DEFAULT_MAX_ROOMS,
  MAX_NAMESPACES,
} from '../../../src/protocol';
import type { LimitName } from './limit-settings';

/** What a limit may be, and how `--help` tells of it. */
export interface Limit {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  readonly unit: 'number' | 'bytes' | 'ms';
  readonly help: string;
}

const MILLION = 1_000_000;
const LARGEST = 1_000 * MILLION;
const HOUR = 3_600_000;

function count(usual: number, min: number, max: number, help: string): Limit {
  return { usual, min, max, unit: 'number', help };
}

function bytes(usual: number, min: number, help: string): Limit {
  return { usual, min, max: LARGEST, unit: 'bytes', help };
}

function ms(usual: number, help: string): Limit {
  return { usual, min: 10, max: HOUR, unit: 'ms', help };
}

/**
 * All limits. A limit called `batch_size` is the option `limits.batch_size`, the variable `REALTIME_BATCH_SIZE` and the
 * flag `--batch-size`.
 */
export const LIMITS: Readonly<Record<LimitName, Limit>> = {
  max_payload: bytes(DEFAULT_MAX_PAYLOAD, 1024, 'largest message or request'),
  rooms_per_connection: count(DEFAULT_MAX_ROOMS, 1, MILLION, 'rooms that one connection may be in'),
  batch_size: count(DEFAULT_MAX_BATCH, 1, 100_000, 'events in one batch'),
  namespaces_per_connection: count(MAX_NAMESPACES, 1, 1000, 'namespaces that one connection may be in'),
  pending_joins: count(1000, 1, MILLION, 'joins and leaves that one connection may have under way'),
  pending_events: count(2000, 1, MILLION, 'events that one connection may have under way'),
  pending_acks: count(1000, 0, MILLION, 'acknowledgements that one client may owe; 0: any'),
  connections_per_address: count(1000, 0, 10 * MILLION, 'connections at once from one address; 0: any'),
  connections_per_user: count(100, 0, MILLION, 'connections at once of one user; 0: any'),
  connects_per_second: count(100, 0, MILLION, 'new connections a second from one address; 0: any'),
  connects_burst: count(1000, 1, 10 * MILLION, 'new connections from one address at once'),
  pending_handshakes: count(500, 0, 10 * MILLION, 'connections of one address in no namespace yet; 0: any'),
  connect_timeout: ms(20_000, 'time in which a connection has to enter a namespace'),
  auth_timeout: ms(10_000, 'with --require-auth, time in which a connection has to authenticate'),
  authorize_timeout: ms(10_000, 'time that a channel rule or the auth endpoint may take'),
  authorize_requests: count(100, 1, 100_000, 'questions to the auth endpoint at once'),
  messages_per_second: count(200, 0, MILLION, 'events a second of one connection; 0: any'),
  messages_burst: count(2000, 1, 10 * MILLION, 'events of one connection at once'),
  joins_per_second: count(100, 0, MILLION, 'joins a second of one connection; 0: any'),
  joins_burst: count(2000, 1, 10 * MILLION, 'joins of one connection at once'),
  bytes_per_second: bytes(MILLION, 0, 'bytes a second from one connection; 0: any'),
  bytes_burst: bytes(10 * MILLION, 1, 'bytes from one connection at once'),
  members_per_room: count(5000, 0, MILLION, 'users in one presence room; 0: any'),
  outgoing_buffer: bytes(4 * MILLION, 0, 'bytes that may wait for one slow client; 0: any'),
  room_log_age: ms(120_000, "time that a room's log keeps a message"),
  room_log_messages: count(1000, 1, MILLION, 'messages in the log of one room'),
  room_log_bytes: bytes(MILLION, 1024, 'bytes in the log of one room'),
  room_logs: count(100_000, 1, 10 * MILLION, 'rooms whose logs have messages'),
  room_logs_bytes: bytes(64 * MILLION, 1024, 'bytes in the logs of all rooms'),
  history_bytes_per_second: bytes(MILLION, 0, 'bytes a second from logs to one connection; 0: any'),
  history_burst: bytes(4 * MILLION, 1024, 'bytes from logs to one connection at once'),
  repeats_age: ms(300_000, 'time that a message with an id is remembered'),
  repeats_per_client: count(2000, 1, MILLION, 'such messages of one client'),
  repeats_bytes: bytes(32 * MILLION, 1024, 'bytes that all of them may take'),
  failed_keys_per_minute: count(20, 0, MILLION, 'wrong API keys a minute from one address; 0: any'),
};

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[];
