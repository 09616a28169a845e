/** Size of what one member shows the others of a presence room, as JSON, in characters. */
export const MAX_USER_INFO = 10_000;

/** Longest namespace, without its leading slash. */
export const MAX_NAMESPACE_NAME = 200;

/** Longest id that an SDK instance may give itself. */
export const MAX_CLIENT_ID = 128;

/** Spread of the clients' return after a shutdown, in ms: at least, and for each connection. */
export const RETRY_SPREAD = { least: 500, perConnection: 1, most: 15_000 } as const;
