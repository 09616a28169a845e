import type { Fate } from '../faults/account';
import { ROOM } from '../faults/member';
import { type Numbered, Talker } from '../faults/talker';
import { API_KEY } from './gateway-node';

/** A backend that publishes over HTTP, on whatever node its request comes to, and tries nothing twice. */
export class HttpPublisher extends Talker {
  constructor(
    name: string,
    private readonly url: string,
  ) {
    super(name, []);
  }

  protected async deliver(data: Numbered): Promise<Fate> {
    try {
      const reply = await fetch(`${this.url}/api/broadcast`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel: ROOM, event: 'numbered', data }),
        signal: AbortSignal.timeout(3_000),
      });
      await reply.arrayBuffer();
      return reply.ok ? 'delivered' : 'unknown';
    } catch {
      return 'unknown';
    }
  }
}
