/** By which Echo sends its whispers: `{ channel, event: 'client-…', data }`. */
export const CLIENT_EVENT = 'client event';

/** What the members of a presence room are told in Echo's dialect. */
export const SUBSCRIBED = 'presence:subscribed';
export const JOINING = 'presence:joining';
export const LEAVING = 'presence:leaving';
