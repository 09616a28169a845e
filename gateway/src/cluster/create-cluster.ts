import type { Broker } from '../broker/broker';
import { channelInfos } from '../channels';
import { kickHere } from '../kick';
import type { Logger } from '../logger';
import type { Namespaces } from '../namespaces';
import type { Retention } from '../retention';
import type { Question } from './asking';
import { Cluster } from './cluster';
import type { SharedCounts } from './shared-counts';

/** Puts together what makes a gateway one of several. */
export function createCluster(
  broker: Broker,
  counts: SharedCounts,
  { visited, readers }: Retention,
  namespaces: () => Namespaces,
  logger: Logger,
): Cluster {
  const answer = (question: Question): unknown => {
    switch (question.type) {
      case 'channels':
        return channelInfos(namespaces(), question.namespace);
      case 'kick':
        return kickHere(namespaces(), question.user, question.namespaces, question.reason);
    }
  };
  return new Cluster({ broker, counts, visited, readers, namespaces, answer, logger });
}
