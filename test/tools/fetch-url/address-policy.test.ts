import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../tools/fetch-url/address-policy.ts';

const PRIVATE = [
  '127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1',
  '224.0.0.1 255.255.255.255 240.0.0.1 192.0.0.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0',
  'fc00::1 fd12::1 ff02::1 fec0::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1',
  '64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1:: 2001::1 localhost 127.0.0.1:80 300.1.1.1',
];

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([...PRIVATE.join(' ').split(' '), ''])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
