/** Protocol version told in the answer to `toporia:hello`. */
export const PROTOCOL_VERSION = 1;

/** Longest room name, in characters. */
export const MAX_ROOM_NAME = 200;

/** Longest event name, in characters. */
export const MAX_EVENT_NAME = 255;

/** Largest packet on the wire unless the gateway's handshake tells another, in bytes. */
export const DEFAULT_MAX_PAYLOAD = 1_000_000;

/** Rooms that one connection may be in, unless configured otherwise. */
export const DEFAULT_MAX_ROOMS = 1_000;

/** Namespaces that one connection may be in. */
export const MAX_NAMESPACES = 10;

/** Events in one `batch`, unless configured otherwise. */
export const DEFAULT_MAX_BATCH = 500;
