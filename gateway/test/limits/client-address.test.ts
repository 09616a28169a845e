import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressKey, addressReader, trustProblem } from '../../src/limits/client-address';
import type { Settings } from '../../src/settings';

function read(trust: Settings['trust_proxy'], remoteAddress: string | undefined, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return addressReader(trust)({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

describe('the key of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', undefined],
    ['', undefined],
    ['203.0.113.7:1234', undefined],
    [undefined, undefined],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('X-Forwarded-For', () => {
  it.each<[string, Settings['trust_proxy'], string, string | undefined, string]>([
    ['says nothing unless a proxy is trusted', false, '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['counts behind one proxy', 1, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['counts no further than the proxies go', 1, '10.0.0.1', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['counts behind two', 2, '10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['counts from a proxy of the list', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['counts not from elsewhere', ['10.0.0.0/8'], '192.0.2.1', '203.0.113.7', '192.0.2.1'],
    [
      'is read past all proxies of the list',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '6.6.6.6, 203.0.113.7, 10.9.9.9',
      '203.0.113.7',
    ],
    ['may be missing', 1, '10.0.0.1', undefined, '10.0.0.1'],
    ['may be nonsense', 1, '10.0.0.1', 'constructor', '10.0.0.1'],
    ['is counted per /64', ['loopback'], '::1', '2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
  ])('%s', (_title, trust, remote, forwarded, key) => {
    expect(read(trust, remote, forwarded)).toBe(key);
  });

  it('of a socket that is gone is of nobody known', () => {
    expect(read(false, undefined)).toBe('unknown');
  });
});

it('a list of proxies is checked', () => {
  expect(trustProblem(['10.0.0.0/8', '::1', 'loopback'])).toBeUndefined();
  for (const wrong of [[], ['10.0.0.0/99'], ['example.com'], ['']]) expect(trustProblem(wrong)).toBeTruthy();
});
