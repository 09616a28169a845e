import { hostname } from 'node:os';
import type { Server, Socket } from 'socket.io';
import type { Limits } from '../limits/limits';
import type { Logger } from '../logger';
import type { AdminSettings } from '../settings';
import { createAdminAdmission } from './admission';
import { Credentials } from './credentials';
import { isAdminRequest } from './requests';
import { endingTimersOf } from './timers';

export interface AdminUiOptions {
  readonly io: Server;
  readonly settings: AdminSettings;
  readonly limits: Pick<Limits, 'door' | 'guard' | 'failedKeys'>;
  /** Decides whether a connection may be in any namespace. */
  readonly admit: (socket: Socket, next: (error?: Error) => void) => void;
  readonly logger: Logger;
}

/**
 * Lets Socket.IO's Admin UI connect to a namespace of its own, which is loaded only now. It has nothing to do with the
 * gateway's rooms. Resolves with what ends it.
 */
export async function attachAdminUi(options: AdminUiOptions): Promise<() => void> {
  const { io, settings, limits, admit, logger } = options;
  const { instrument } = await import('@socket.io/admin-ui');
  const credentials = new Credentials(settings);
  const namespace = io.of(settings.namespace);
  namespace.use(admit);
  namespace.use(createAdminAdmission(credentials, limits.failedKeys, logger));
  namespace.on('connection', (socket) => {
    const line = limits.guard.enter(socket);
    limits.door.arrived(socket.conn);
    socket.use((packet, next) => {
      if (limits.guard.refusal(line, packet[0], packet[1])) return;
      if (isAdminRequest(io, packet)) next();
    });
    socket.emit('session', credentials.session());
    logger.info({ socket: socket.id, address: socket.handshake.address }, 'the Admin UI has connected');
  });
  return endingTimersOf(() =>
    instrument(io, {
      // Whoever gets there has been let in above.
      auth: false,
      namespaceName: settings.namespace,
      readonly: settings.readonly,
      mode: settings.mode,
      serverId: `${hostname()}#${process.pid}`,
    }),
  );
}
