import type { JoinPolicy } from './auth/join-policy';
import type { ChannelRules } from './auth/rule-types';
import type { Broker } from './broker/broker';
import type { Clock } from './clock';
import type { GatewayHooks } from './hooks/hooks';
import type { RoomLog } from './log/room-log';
import type { Logger } from './logger';
import type { GatewayLink } from './workers/gateway-link';

/** Parts that stand in for the usual ones. */
export interface Parts {
  readonly logger?: Logger | undefined;
  /** Decides who may join what. */
  readonly policy?: JoinPolicy | undefined;
  /** The program's rules of who may join what. */
  readonly channels?: ChannelRules | undefined;
  /** By which the tokens of those who are connected end. */
  readonly clock?: Clock | undefined;
  /** Ms, of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
  /** Keeps the messages of the rooms. */
  readonly log?: RoomLog | undefined;
  /** Links this gateway to others. */
  readonly broker?: Broker | undefined;
  /** Links it to the gateways of the other workers. */
  readonly link?: GatewayLink | undefined;
  /** What a program has put around what is done. */
  readonly hooks?: GatewayHooks | undefined;
}
