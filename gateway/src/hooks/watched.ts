import type { JoinPolicy } from '../auth/join-policy';
import type { Meter } from '../metrics/meter';
import type { Hooked } from './hooked';
import type { PublishInfo } from './hooks';

/** The decision who may join, measured and told to a program where that is wanted. */
export function watchedPolicy(
  policy: JoinPolicy,
  meter: Meter | undefined,
  hooked: Hooked | undefined,
): JoinPolicy {
  const measured = meter?.policy(policy) ?? policy;
  return hooked?.policy(measured) ?? measured;
}

/** Publishes a message: the last does it, `info` tells what it is to those who want to know. */
export type WatchPublish = <Result>(
  source: PublishInfo['source'],
  info: () => Omit<PublishInfo, 'source'>,
  publish: () => Result,
) => Result;

/** The same for each message that is published; `undefined` where nobody wants to know. */
export function watchPublish(meter: Meter | undefined, hooked: Hooked | undefined): WatchPublish | undefined {
  if (!meter && !hooked) return undefined;
  return (source, info, publish) => {
    meter?.published.add(source);
    return hooked ? hooked.publish(() => ({ source, ...info() }), publish) : publish();
  };
}
