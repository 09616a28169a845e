import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';
import type { Settings } from '../settings';

/** Says what is wrong with a list of proxies' addresses, or `undefined` where nothing is. */
export function trustProblem(addresses: string[]): string | undefined {
  if (addresses.length === 0) return 'it is empty';
  try {
    proxyAddr.compile(addresses);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Gives what tells under which key the sender of a request is counted. */
export function addressReader(trustProxy: Settings['trust_proxy']): (request: IncomingMessage) => string {
  if (trustProxy === false) return (request) => addressKey(request.socket.remoteAddress) ?? UNKNOWN;
  const trust =
    typeof trustProxy === 'number'
      ? (_address: string, hop: number) => hop < trustProxy
      : proxyAddr.compile(trustProxy);
  return (request) =>
    // A trusted proxy may pass on what isn't an address; then all that is certain is the proxy.
    addressKey(proxyAddr(request, trust)) ?? addressKey(request.socket.remoteAddress) ?? UNKNOWN;
}

/** A socket that is gone already has no address any more. */
const UNKNOWN = 'unknown';

/**
 * The key of an address: IPv4 as it is, also where it is written as IPv6; of IPv6 the first 64 bits, since
 * the rest is the subscriber's to choose.
 */
export function addressKey(address: string | undefined): string | undefined {
  const bare = address?.split('%', 1)[0];
  if (!bare || !ipaddr.isValid(bare)) return undefined;
  const parsed = ipaddr.process(bare);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const parts = parsed.toNormalizedString().split(':').slice(0, 4);
  return `${parts.join(':')}::/64`;
}
