/** An event as it travels, in the text form of Socket.IO 5 inside a message of Engine.IO 4. */
export interface EventPacket {
  namespace: string;
  /** Asks for an answer. */
  id?: string;
  args: unknown[];
}

/** What a client may send, as far as this gateway takes it. */
export type Packet =
  | { type: 'connect'; namespace: string }
  | { type: 'disconnect'; namespace: string }
  | ({ type: 'event' } & EventPacket)
  | { type: 'close' };

const TYPES: Record<string, 'connect' | 'disconnect' | 'event'> = {
  '40': 'connect',
  '41': 'disconnect',
  '42': 'event',
};

/** Reads one frame; `undefined` for what this gateway passes over, such as pongs and binary events. */
export function decode(frame: string): Packet | undefined {
  if (frame === '1') return { type: 'close' };
  const [, code = '', namespace = '/', id, text] = /^(\d\d)(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(frame) ?? [];
  const type = TYPES[code];
  if (!type) return undefined;
  if (type !== 'event') return { type, namespace };
  return { type, namespace, ...(id === undefined ? {} : { id }), args: JSON.parse(text as string) };
}

const prefix = (namespace: string) => (namespace === '/' ? '' : `${namespace},`);

export const encode = {
  handshake: (details: object) => `0${JSON.stringify(details)}`,
  connected: (namespace: string, sid: string) => `40${prefix(namespace)}${JSON.stringify({ sid })}`,
  disconnected: (namespace: string) => `41${prefix(namespace)}`,
  event: (namespace: string, event: string, data: unknown) =>
    `42${prefix(namespace)}${JSON.stringify([event, data])}`,
  ack: (namespace: string, id: string, reply: unknown) =>
    `43${prefix(namespace)}${id}${JSON.stringify([reply])}`,
};
