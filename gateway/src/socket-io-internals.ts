import type { Namespace, Server, Socket } from 'socket.io';

// What Socket.IO keeps for itself, and offers no other way to. Tests tell when a version of it changes that.

interface NamespaceInternals {
  readonly _preConnectSockets: ReadonlyMap<string, Socket>;
}
interface ClientInternals {
  readonly sockets: ReadonlyMap<string, Socket>;
}
interface ParentInternals {
  readonly children: Set<Namespace>;
}

/** Whether a socket is still being decided on by the middlewares. */
export function isAtTheDoor(socket: Socket): boolean {
  return (socket.nsp as unknown as NamespaceInternals)._preConnectSockets.has(socket.id);
}

/** Sockets in a namespace and at its door. */
export function socketsOf(namespace: Namespace): number {
  return namespace.sockets.size + (namespace as unknown as NamespaceInternals)._preConnectSockets.size;
}

/** Whether a socket is the only one of its connection. */
export function isAlone({ client }: Socket): boolean {
  return (client as unknown as ClientInternals).sockets.size <= 1;
}

/** Whether a namespace came into being by a client's asking for it. */
export function isChild(parent: Namespace, namespace: Namespace): boolean {
  return (parent as unknown as ParentInternals).children.has(namespace);
}

/** Forgets such a namespace; the next client that asks for it gets a new one. */
export function removeChild(io: Server, parent: Namespace, namespace: Namespace): void {
  (parent as unknown as ParentInternals).children.delete(namespace);
  io._nsps.delete(namespace.name);
  void namespace.adapter.close();
}

/** Acknowledgements that the program asked this client for and that have not come. */
export function pendingAcks(socket: Socket): number {
  return (socket as unknown as { readonly acks: ReadonlyMap<number, unknown> }).acks.size;
}
