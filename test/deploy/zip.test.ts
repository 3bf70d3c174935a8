import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { checkSize, zipped } from '../../deploy/lambda/zip.ts';

const MB = 1024 * 1024;

it('zips the same files to the same bytes, whatever their order', () => {
  const files: [string, Uint8Array][] = [
    ['b/c.js', Buffer.from('two')],
    ['a.js', Buffer.from('one')],
  ];
  const { zip, unzipped } = zipped('gateway', new Map(files));
  expect(unzipped).toBe(6);
  expect(zipped('gateway', new Map(files.toReversed())).zip).toEqual(zip);
  const names = Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
  expect(names).toEqual([
    ['a.js', 'one'],
    ['b/c.js', 'two'],
  ]);
});

it('fails beyond what AWS Lambda takes', () => {
  expect(() => checkSize('worker zipped', 50 * MB, 50 * MB)).not.toThrow();
  expect(() => checkSize('worker zipped', 51 * MB, 50 * MB)).toThrow(
    'worker zipped is 51.0 MB, and AWS Lambda takes 50.0 MB at most',
  );
  // What cannot be compressed.
  const noise = Array.from({ length: 51 * 16 }, () => crypto.getRandomValues(new Uint8Array(64 * 1024)));
  expect(() => zipped('worker', new Map([['noise', Buffer.concat(noise)]]))).toThrow(
    /^worker zipped is 51\.0 MB/,
  );
});
