import type { Gateway } from '../api';
import type { Broker } from '../broker/broker';
import { SettingsError } from '../config/error';
import { logBounds } from '../log/own-log';
import type { Settings } from '../settings';
import { longestEnd } from '../shutdown';
import type { HubOptions } from './broker-messages';
import type { GatewayLink } from './gateway-link';
import { shareOf } from './identity';
import type { WorkerLink } from './worker-link';

/** Set where this process is a worker. */
let current: WorkerLink | undefined;

/** From now on the gateways that are made in this process are the worker's. */
export function becomeWorker(link: WorkerLink): void {
  current = link;
}

/** What makes a gateway one of a worker. */
export interface WorkerParts {
  readonly link?: GatewayLink;
  /** Absent where the settings name another. */
  readonly broker?: Broker;
}

/**
 * Makes a gateway: where this process is a worker, one that is linked to those of the others.
 *
 * @throws {SettingsError} for settings that ask for several workers where there is one process.
 */
export function makeGateway(
  settings: Settings,
  make: (settings: Settings, parts: WorkerParts) => Gateway,
): Gateway {
  if (!current) {
    const { worker_num } = settings;
    if (worker_num === 1) return make(settings, {});
    const problem = `worker_num is ${worker_num}: a program starts its workers by runWorkers(${worker_num}, …), so leave it at 1`;
    throw new SettingsError('worker_num', problem);
  }
  const link = current.join();
  const own = { ...settings, max_conn: shareOf(settings.max_conn, link.who) };
  const parts = settings.broker === 'memory' ? { link, broker: link.broker(hubOptions(settings)) } : { link };
  const gateway = make(own, parts);
  current.add({
    close: () => gateway.close(),
    get facts() {
      const { developmentMode } = gateway;
      const url = link.address ? gateway.url : undefined;
      return { url, developmentMode, longestEnd: longestEnd(settings) };
    },
  });
  return gateway;
}

function hubOptions({ limits, presence_grace, room_log }: Settings): HubOptions {
  return {
    log: room_log ? logBounds(limits) : undefined,
    repeatsAge: limits.repeats_age,
    grace: presence_grace,
  };
}
