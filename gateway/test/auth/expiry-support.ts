import { SteeredClock } from '../../../test/support/steered-clock';
import type { Gateway } from '../../src/api';
import type { GatewayOptions } from '../../src/config';
import type { Parts } from '../../src/gateway';
import { plain, SECRET, sdk, startGateway, type TestClient, token } from '../core/support';

export const HOUR = 3_600_000;
export const GRACE = 30_000;

/** A gateway without any tolerance, and the clock by which tokens end there. */
export async function start(options: GatewayOptions = {}, parts: Parts = {}) {
  const clock = new SteeredClock();
  const settings = { jwt_secret: SECRET, jwt_clock_tolerance: 0, token_grace: GRACE, ...options };
  return { gateway: await startGateway(settings, { ...parts, clock }), clock };
}

/** A token that ends in one hour, or in as many. */
export const tokenFor = (hours = 1, sub: string | number = 7) =>
  token({ sub }, SECRET, (Date.now() + hours * HOUR) / 1_000);

export async function plainUser(gateway: Gateway, hours = 1, sub: string | number = 7, namespace = '/') {
  return plain(gateway, namespace, { auth: { token: await tokenFor(hours, sub) } });
}

export const sdkUser = async (gateway: Gateway, hours = 1) =>
  sdk(gateway, '/', { token: await tokenFor(hours) });

export const expired = {
  code: 'token_expired',
  message: 'The token has expired; send a fresh one by "auth", or the connection is closed.',
};

export const names = ({ received }: TestClient) => received.map(([event]) => event);

export const disconnected = ({ socket }: TestClient) =>
  new Promise<unknown>((resolve) => socket.once('disconnect', resolve));
