import { sendableEventProblem } from '../protocol';
import { RealtimeError } from './errors';

/** How many names are remembered: most come again and again, and looking at one is dear. */
const REMEMBERED = 1_000;

/** The names of events that may be sent. */
export class SendableNames {
  private readonly _known = new Set<string>();

  _has(event: string): boolean {
    return this._known.has(event);
  }

  /** Throws `invalid_argument` for a name that can't be sent. */
  _check(event: string): void {
    if (this._known.has(event)) return;
    const problem = sendableEventProblem(event);
    if (problem) {
      throw new RealtimeError('invalid_argument', `The event "${String(event)}" can't be sent: ${problem}`);
    }
    if (this._known.size < REMEMBERED) this._known.add(event);
  }
}
