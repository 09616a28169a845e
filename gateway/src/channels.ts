import type { ChannelInfo } from './api';
import { logKey } from './log/room-log';
import type { Namespaces } from './namespaces';

/** The rooms that somebody is in on this node, of one namespace or of all. */
export function channelInfos(namespaces: Namespaces, only: string | undefined): ChannelInfo[] {
  const infos: ChannelInfo[] = [];
  for (const space of namespaces.spaces()) {
    if (only !== undefined && space.name !== only) continue;
    for (const room of space.rooms()) {
      const connections = space.delivery.connections(room);
      const info: ChannelInfo = { name: room.name, namespace: space.name, connections };
      infos.push(room.roster ? { ...info, users: room.roster.size } : info);
    }
  }
  return infos;
}

/** The same over all nodes. */
export function together(lists: readonly (readonly ChannelInfo[])[]): ChannelInfo[] {
  const infos = new Map<string, ChannelInfo>();
  for (const info of lists.flat()) {
    const key = logKey(info.namespace, info.name);
    const other = infos.get(key);
    infos.set(key, other ? added(other, info) : info);
  }
  return [...infos.values()];
}

function added(info: ChannelInfo, other: ChannelInfo): ChannelInfo {
  const connections = info.connections + other.connections;
  // Each node knows of those on the others.
  const users = Math.max(info.users ?? 0, other.users ?? 0);
  return { ...info, connections, ...(info.users !== undefined && { users }) };
}
