import { describe, expect, it } from 'vitest';
import type { Button } from '../../contract/delivery.ts';
import { attachFile } from '../../tools/attach-file.ts';
import { offerChoices } from '../../tools/offer-choices.ts';
import type { AttachedFile } from '../../tools/tool.ts';
import { toolContext } from './context.ts';

describe('offer_choices', () => {
  it('makes each choice a button that sends it, or its number where it is too long for one', async () => {
    const offered: (readonly Button[])[] = [];
    const long = '長'.repeat(30);
    await offerChoices.run({ choices: ['Yes', long] }, toolContext({ offer: (all) => offered.push(all) }));
    expect(offered).toEqual([
      [
        { label: 'Yes', value: 'Yes' },
        { label: long, value: '2' },
      ],
    ]);
  });

  it.each([
    ['one choice', ['a']],
    ['nine', 'abcdefghi'.split('')],
    ['twins', ['a', 'a']],
    ['an empty one', ['a', ' ']],
    ['one that is too long', ['a', 'b'.repeat(41)]],
  ])('takes no %s', (_, choices) => {
    expect(offerChoices.input.safeParse({ choices }).success).toBe(false);
  });
});

describe('attach_file', () => {
  it.each([
    ['a.csv', 'text/csv'],
    ['b.JSON', 'application/json'],
    ['c.rs', 'text/plain'],
    ['d', 'text/plain'],
  ])('attaches %s as %s', async (name, mediaType) => {
    const files: AttachedFile[] = [];
    await attachFile.run({ name, content: 'é' }, toolContext({ attach: (file) => files.push(file) }));
    expect(files).toEqual([{ name, mediaType, data: Buffer.from('é') }]);
  });

  it('says what is too long', async () => {
    const run = async () => attachFile.run({ name: 'a', content: 'x'.repeat(262_145) }, toolContext());
    await expect(run()).rejects.toThrow(/at most 256 KB/);
  });
});
