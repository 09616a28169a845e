import type { ChannelInfo } from './api';
import type { Namespaces } from './namespaces';

/** The rooms that somebody is in, of one namespace or of all. */
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
