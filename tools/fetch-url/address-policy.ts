import ipaddr from 'ipaddr.js';

/** IPv4-compatible IPv6 addresses, long deprecated, hide an IPv4 address that would go unchecked. */
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96') as [ipaddr.IPv6, number];

/**
 * Whether an IP address is one of the public internet: not private, loopback, link-local, CGNAT, multicast or reserved,
 * nor an IPv6 form (mapped, NAT64, 6to4, Teredo) through which such a one could be reached.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || !(parsed as ipaddr.IPv6).match(IPV4_COMPATIBLE);
}
