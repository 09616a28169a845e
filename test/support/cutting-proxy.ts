import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network between a client and a gateway, that a test can cut. */
export interface CuttingProxy {
  url: string;
  /** Ends every connection, and lets none in until `mend()`. */
  cut(): void;
  mend(): void;
}

/** Gone when the test ends. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.pipe(to);
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) client.destroy();
    else {
      const gateway = dial({ host: '127.0.0.1', port: Number(new URL(target).port), noDelay: true });
      join(client, gateway);
      join(gateway, client);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const mend = () => {
    isCut = false;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut, mend };
}
