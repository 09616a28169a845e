import type { Family } from './family';
import type { GatewaySource } from './gateway-source';
import { TRAFFIC_FAMILIES } from './traffic-families';
import { WORK_FAMILIES } from './work-families';

/** All figures of a gateway, in the order in which they are told. */
export const GATEWAY_FAMILIES: readonly Family<GatewaySource>[] = [...TRAFFIC_FAMILIES, ...WORK_FAMILIES];
