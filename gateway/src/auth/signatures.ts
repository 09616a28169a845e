import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature was handed out for. */
export interface Signed {
  readonly socketId: string;
  readonly room: string;
  /** For a presence room: the text as it was signed, byte for byte. */
  readonly channelData?: string;
}

/**
 * Checks what an application's `/broadcasting/auth` endpoint signs: `<key>:<hex HMAC-SHA256>` of `socket_id:channel_name`,
 * with `:channel_data` after it for a presence room.
 */
export class Signatures {
  readonly #key: string;
  readonly #secrets: readonly string[];

  /** Several secrets all hold, so that one can follow another while the application changes over. */
  constructor(key: string, secrets: readonly string[]) {
    this.#key = key;
    this.#secrets = secrets;
  }

  valid(signature: string, { socketId, room, channelData }: Signed): boolean {
    const [, key, hex = ''] = /^([^:]{1,200}):([0-9a-f]{64})$/i.exec(signature) ?? [];
    // The key is no secret: it names the secret.
    if (key !== this.#key) return false;
    const given = Buffer.from(hex, 'hex');
    const text = `${socketId}:${room}${channelData === undefined ? '' : `:${channelData}`}`;
    let matches = 0;
    for (const secret of this.#secrets) {
      matches += timingSafeEqual(given, createHmac('sha256', secret).update(text).digest()) ? 1 : 0;
    }
    return matches > 0;
  }
}
