import type { AddressInfo, Server } from 'node:net';

/** How those who start the gateway give a port and an address. */
interface Spelling {
  readonly port: string;
  readonly host: string;
}

const USUAL: Spelling = {
  port: '--port or REALTIME_SOCKETIO_PORT',
  host: '--host or REALTIME_SOCKETIO_HOST',
};

/** Listens, or rejects with an error that says what to do. */
export function listenOn(
  server: Server,
  port: number,
  host: string,
  spelling: Spelling = USUAL,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening);
      reject(new Error(advice(error, port, host, spelling), { cause: error }));
    };
    const onListening = () => {
      server.off('error', onError);
      resolve();
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen(port, host);
  });
}

/** The address of a server that listens, for people and clients on this machine. */
export function urlOf(address: AddressInfo | null, secure: boolean): string | undefined {
  if (!address) return undefined;
  const anywhere = address.address === '0.0.0.0' || address.address === '::';
  const host = anywhere ? '127.0.0.1' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${secure ? 'https' : 'http'}://${host}:${address.port}`;
}

function advice(
  { code, message }: NodeJS.ErrnoException,
  port: number,
  host: string,
  spelling: Spelling,
): string {
  const another = `choose another with ${spelling.port}.`;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use; ${another}`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights than this process has; ${another}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; choose another with ${spelling.host}.`;
    default:
      return `The gateway cannot listen on port ${port} of ${host}: ${message}`;
  }
}
