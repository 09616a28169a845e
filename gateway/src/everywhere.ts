import type { ChannelInfo } from './api';
import { BrokerError } from './broker/broker';
import { channelInfos, together } from './channels';
import { checkUserId } from './checks';
import type { Cluster } from './cluster/cluster';
import { kickHere } from './kick';
import type { Namespaces } from './namespaces';

/** What a program asks of all nodes, or of this one where there is no other. */
export class Everywhere {
  readonly #namespaces: Namespaces;
  readonly #cluster: Cluster | undefined;

  constructor(namespaces: Namespaces, cluster: Cluster | undefined) {
    this.#namespaces = namespaces;
    this.#cluster = cluster;
  }

  async channels(namespace: string | undefined): Promise<ChannelInfo[]> {
    const here = () => channelInfos(this.#namespaces, namespace);
    if (!this.#cluster) return here();
    // A node that does not answer may be on its way out; what the others have is true all the same.
    const { answers } = await this.#cluster.asking.ask({ type: 'channels', namespace });
    return together([here(), ...(answers.filter(Array.isArray) as ChannelInfo[][])]);
  }

  async kick(
    userId: string | number,
    namespaces: '*' | readonly string[],
    reason: string | undefined,
  ): Promise<number> {
    checkUserId(userId);
    const user = String(userId);
    const count = kickHere(this.#namespaces, user, namespaces, reason);
    if (!this.#cluster) return count;
    const { answers, missing } = await this.#cluster.asking.ask({ type: 'kick', user, namespaces, reason });
    if (missing > 0) throw new BrokerError(`${missing} of the other gateways did not answer`, true);
    return (answers as number[]).reduce((sum, each) => sum + each, count);
  }
}
