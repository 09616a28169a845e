import { createHash, createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import type { AdminSettings } from '../settings';

/** Ms that the Admin UI may come back without the password. */
const SESSION = 86_400_000;

const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

const digest = (text: string) => createHash('sha256').update(text).digest();
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/** Knows who may use the Admin UI. */
export class Credentials {
  readonly #settings: AdminSettings;
  readonly #now: () => number;
  readonly #sessionKey: Buffer;

  /** `now` in ms since 1970. */
  constructor(settings: AdminSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
    // Not the password itself, or whoever gets hold of a session could try passwords against it.
    this.#sessionKey = scryptSync(settings.password, 'toporia-admin session', 32);
  }

  async check(username: string, password: string): Promise<boolean> {
    const isUser = same(username, this.#settings.username);
    return (await this.#isPassword(password)) && isUser;
  }

  /** What the Admin UI may come back with, on any node that has the same password. */
  session(): string {
    const end = String(this.#now() + SESSION);
    return `${end}.${this.#sign(end)}`;
  }

  holds(session: string): boolean {
    const [end = '', signature = ''] = session.split('.', 2);
    return same(signature, this.#sign(end)) && Number(end) > this.#now();
  }

  async #isPassword(password: string): Promise<boolean> {
    const { password: known } = this.#settings;
    if (!BCRYPT.test(known)) return same(password, known);
    const { compare } = (await import('bcryptjs')).default;
    return compare(password, known);
  }

  #sign(end: string): string {
    return createHmac('sha256', this.#sessionKey)
      .update(`${this.#settings.username} ${end}`)
      .digest('base64url');
  }
}
