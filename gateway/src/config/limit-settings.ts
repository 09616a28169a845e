/** What one client may do, and how much the gateway keeps for it. Of those that say so, 0 is no limit. */
export interface LimitSettings {
  /** Largest packet and HTTP request, in bytes; 1,000,000 by default [`REALTIME_MAX_PAYLOAD`]. */
  max_payload: number;
  /** 1,000 by default [`REALTIME_ROOMS_PER_CONNECTION`]. */
  rooms_per_connection: number;
  /** Events in one `batch`, or messages in one HTTP request; 500 by default [`REALTIME_BATCH_SIZE`]. */
  batch_size: number;
  /** 10 by default [`REALTIME_NAMESPACES_PER_CONNECTION`]. */
  namespaces_per_connection: number;
  /** Joins and leaves that one connection may have under way; 1,000 by default [`REALTIME_PENDING_JOINS`]. */
  pending_joins: number;
  /** Events of one connection that may wait for an earlier one of it; 2,000 by default [`REALTIME_PENDING_EVENTS`]. */
  pending_events: number;
  /** Acknowledgements that one client may owe to the program; 1,000 by default, 0 is no limit [`REALTIME_PENDING_ACKS`]. */
  pending_acks: number;
  /** Connections at once from one address, IPv6 by its /64; 1,000 by default, 0 is no limit [`REALTIME_CONNECTIONS_PER_ADDRESS`]. */
  connections_per_address: number;
  /** Connections at once of one user; 100 by default, 0 is no limit [`REALTIME_CONNECTIONS_PER_USER`]. */
  connections_per_user: number;
  /** New connections a second from one address, in the long run; 100 by default, 0 is no limit [`REALTIME_CONNECTS_PER_SECOND`]. */
  connects_per_second: number;
  /** New connections from one address at once; 1,000 by default [`REALTIME_CONNECTS_BURST`]. */
  connects_burst: number;
  /** Connections of one address that are not in a namespace yet; 500 by default, 0 is no limit [`REALTIME_PENDING_HANDSHAKES`]. */
  pending_handshakes: number;
  /** Time in which a new connection has to enter a namespace, in ms; 20,000 by default [`REALTIME_CONNECT_TIMEOUT`]. */
  connect_timeout: number;
  /** With `require_auth`: time in which a connection has to authenticate, in ms; 10,000 by default [`REALTIME_AUTH_TIMEOUT`]. */
  auth_timeout: number;
  /** How long a channel rule or the auth endpoint may take, in ms; 10,000 by default [`REALTIME_AUTHORIZE_TIMEOUT`]. */
  authorize_timeout: number;
  /** Questions to the auth endpoint at once, all connections together; 100 by default [`REALTIME_AUTHORIZE_REQUESTS`]. */
  authorize_requests: number;
  /** Events a second of one connection, in the long run, joins not counted; 200 by default, 0 is no limit [`REALTIME_MESSAGES_PER_SECOND`]. */
  messages_per_second: number;
  /** Events of one connection at once; 2,000 by default [`REALTIME_MESSAGES_BURST`]. */
  messages_burst: number;
  /** Joins a second of one connection, in the long run; 100 by default, 0 is no limit [`REALTIME_JOINS_PER_SECOND`]. */
  joins_per_second: number;
  /** Joins of one connection at once; 2,000 by default [`REALTIME_JOINS_BURST`]. */
  joins_burst: number;
  /** Bytes a second from one connection, in the long run; 1,000,000 by default, 0 is no limit [`REALTIME_BYTES_PER_SECOND`]. */
  bytes_per_second: number;
  /** Bytes from one connection at once; 10,000,000 by default [`REALTIME_BYTES_BURST`]. */
  bytes_burst: number;
  /** Users in one presence room; 5,000 by default, 0 is no limit [`REALTIME_MEMBERS_PER_ROOM`]. */
  members_per_room: number;
  /** Bytes that may wait for one slow client; 4,000,000 by default, 0 is no limit [`REALTIME_OUTGOING_BUFFER`]. */
  outgoing_buffer: number;
  /** Ms that a room's log keeps a message; 120,000 by default [`REALTIME_ROOM_LOG_AGE`]. */
  room_log_age: number;
  /** Messages in the log of one room; 1,000 by default [`REALTIME_ROOM_LOG_MESSAGES`]. */
  room_log_messages: number;
  /** Bytes in the log of one room; 1,000,000 by default [`REALTIME_ROOM_LOG_BYTES`]. */
  room_log_bytes: number;
  /** Rooms whose logs have messages; 100,000 by default [`REALTIME_ROOM_LOGS`]. */
  room_logs: number;
  /** Bytes in the logs of all rooms; 64,000,000 by default [`REALTIME_ROOM_LOGS_BYTES`]. */
  room_logs_bytes: number;
  /** Bytes a second from the logs that one connection may ask for, in the long run; 1,000,000 by default, 0 is no limit [`REALTIME_HISTORY_BYTES_PER_SECOND`]. */
  history_bytes_per_second: number;
  /** Bytes from the logs that one connection may get at once; 4,000,000 by default [`REALTIME_HISTORY_BURST`]. */
  history_burst: number;
  /** Ms that a message with an id is remembered, to be known when it comes once more; 300,000 by default [`REALTIME_REPEATS_AGE`]. */
  repeats_age: number;
  /** Such messages of one client; 2,000 by default [`REALTIME_REPEATS_PER_CLIENT`]. */
  repeats_per_client: number;
  /** Bytes that all of them may take, their answers among them; 32,000,000 by default [`REALTIME_REPEATS_BYTES`]. */
  repeats_bytes: number;
  /** Wrong keys of the HTTP API a minute from one address; 20 by default, 0 is no limit [`REALTIME_FAILED_KEYS_PER_MINUTE`]. */
  failed_keys_per_minute: number;
}

export type LimitName = keyof LimitSettings;
