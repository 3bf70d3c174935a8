import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GRANTS_STATE } from '../../contract/grants.ts';
import { MEMORY_STATE } from '../../contract/memory.ts';
import { defineSchema, type Schema } from '../../contract/schema.ts';
import { CONVERSATION_STATE, FIRST_STATE } from '../../contract/state.ts';
import { ACCESS_STATE } from '../../workflows/access/access.ts';
import { ACCOUNT_STATE } from '../../workflows/access/account.ts';
import { PROJECT } from '../support/build.ts';
import { Declarations } from '../support/declarations.ts';

const FOLDER = path.join(PROJECT, 'test', 'fixtures', 'states');

/** What each workflow that goes on for ever carries, and the type of it. */
const SCHEMAS: [name: string, type: string, schema: Schema<object>][] = [
  ['conversation', 'ConversationState', CONVERSATION_STATE],
  ['memory', 'MemoryState', MEMORY_STATE],
  ['grants', 'GrantsState', GRANTS_STATE],
  ['access', 'AccessState', ACCESS_STATE],
  ['account', 'CarriedAccount', ACCOUNT_STATE],
];

/** What goes between processes and runs, of which one may be of another version. */
const SENT =
  'InboundMessage ConversationSettings TaskStart TaskReport TaskAsks Verdict DueStart DueEnd ' +
  'Activities ToolActivity Note Forgetting Stranger Spent TranscriptView ConversationView';

let declarations: Declarations;
beforeAll(async () => {
  declarations = await Declarations.of('contract', 'workflows', 'activities');
});

async function fixture(name: string, version: number): Promise<object> {
  return JSON.parse(await readFile(path.join(FOLDER, `${name}-${version}.json`), 'utf8'));
}

describe.each(SCHEMAS)('the state of %s', (name, type, schema) => {
  it('is as it was recorded for its version', async () => {
    const words = `The types that ${type} is made of changed, and runs and rolling upgrades carry it between versions.
Undo the change; or, if it only adds optional fields that an older holdfast may lose, record it: npx vitest run test/contract -u
Otherwise: 1. append a migration to the schema of ${type}, which makes its version ${schema.version + 1};
2. add test/fixtures/states/${name}-${schema.version + 1}.json, as such a run wrote it; 3. run this test: it records the new types.`;
    const file = path.join(FOLDER, `${name}-${schema.version}.types.txt`);
    await expect(await declarations.reachableFrom(type), words).toMatchFileSnapshot(file);
  });

  it('is read from every version that there was', async () => {
    for (let version = 1; version <= schema.version; version += 1) {
      const state = schema.read({ version, ...(await fixture(name, version)) });
      expect(schema.read(schema.write(state))).toEqual(state);
    }
  });

  it('is refused from a newer holdfast, with what to do', async () => {
    const newer = { ...(await fixture(name, schema.version)), version: schema.version + 1 };
    expect(() => schema.read(newer)).toThrow(
      new RegExp(`has version ${schema.version + 1}, .* up to ${schema.version}\\. .*docs/upgrading\\.md`),
    );
  });
});

it('a conversation has every field, whatever version its state is of', async () => {
  const fields = Object.keys(FIRST_STATE).toSorted();
  for (let version = 1; version <= CONVERSATION_STATE.version; version += 1) {
    const { heard: _, ...state } = CONVERSATION_STATE.read(await fixture('conversation', version));
    expect(Object.keys(state).toSorted()).toEqual(fields);
  }
});

it('a migration does not undo what a state marked 1 has of later fields', async () => {
  const { version: _, ...state } = { version: 0, ...(await fixture('conversation', 2)) };
  expect(CONVERSATION_STATE.read({ version: 1, ...state })).toEqual(state);
});

it('migrates step by step, in order, from where a state is', () => {
  const schema = defineSchema<{ steps: string[] }>('it', [
    ({ steps }) => ({ steps: [...(steps as string[]), 'to 2'] }),
    ({ steps }) => ({ steps: [...(steps as string[]), 'to 3'] }),
  ]);
  const read = (version?: number) => {
    const written = { ...(version && { version }), steps: [] };
    return schema.read(written);
  };
  expect([read(), read(1), read(2), read(3)].map(({ steps }) => steps)).toEqual([
    ['to 2', 'to 3'],
    ['to 2', 'to 3'],
    ['to 3'],
    [],
  ]);
  for (const version of [0, -1, 1.5, 4]) expect(() => schema.read({ version })).toThrow(`version ${version}`);
});

it('what goes between versions is as it was recorded', async () => {
  const words = `What goes between gateways, workers and runs changed, and in an upgrade old ones and new ones meet.
Only add optional fields, which the other side may not know or not send; then record it: npx vitest run test/contract -u
(A field that was released is not renamed, not taken away, and does not get another meaning: docs/upgrading.md.)`;
  await expect(await declarations.reachableFrom(...SENT.split(' ')), words).toMatchFileSnapshot(
    path.join(FOLDER, 'sent.types.txt'),
  );
});
