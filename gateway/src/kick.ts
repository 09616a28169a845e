import { BYE, type ByePayload } from '../../src/protocol';
import type { User } from './api';
import type { Engine } from './capacity';
import type { Namespaces } from './namespaces';

/** Puts a user out of namespaces, on this node. Returns how many connections the user had there. */
export function kickHere(
  namespaces: Namespaces,
  user: string,
  only: '*' | readonly string[],
  reason: string | undefined,
): number {
  const engines = new Set<Engine>();
  for (const space of namespaces.spaces()) {
    if (only !== '*' && !only.includes(space.name)) continue;
    for (const socket of [...space.namespace.sockets.values()]) {
      if ((socket.data as { user?: User }).user?.id !== user) continue;
      engines.add(socket.conn);
      const bye: ByePayload = { code: 'kicked', ...(reason !== undefined && { reason }) };
      socket.emit(BYE, bye);
      // Which tells the client, unlike the end of the engine, not to come back by itself.
      socket.disconnect();
    }
  }
  return engines.size;
}
