import { Validator } from '@seriousme/openapi-schema-validator';
import type { Client } from '@temporalio/client';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppDependencies } from '../../gateway/create-app.ts';
import { createApp } from '../../gateway/create-app.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

type Operation = { responses: Record<string, unknown> };
interface Description {
  paths: Record<string, Record<string, Operation>>;
}

/** What fills a path, and what is sent there. */
interface Asked {
  id?: string;
  approval?: string;
  query?: string;
  body?: object;
}

/** The routes of the app below `/v1`, as the description writes them. */
function routes(): string[] {
  const none = { platforms: new Map(), webChat: new Hono(), operate: new Hono(), apiKeys: [], agents: [] };
  const app = createApp({ ...none, client: { options: {} } as Client } as unknown as AppDependencies);
  const found = app.routes
    .filter(({ path, method }) => path.startsWith('/v1/') && method !== 'ALL')
    .map(({ path, method }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  return [...new Set(found)].toSorted((a, b) => a.localeCompare(b));
}

describe('the description of the HTTP API', () => {
  let scene: Scene;
  let description: Description;
  let ajv: Ajv2020;
  /** Answers that were checked, as `{method} {path} {status}`. */
  const checked = new Set<string>();

  beforeAll(async () => {
    scene = await startScene();
    description = (await (await fetch(`${scene.stack.url()}/v1/openapi.json`)).json()) as Description;
    ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'api', ...description });
  });
  afterAll(() => scene?.stop());

  /** Sends a request, and checks that the description tells its answer: `path` is as it is there, its names filled in by `id`. */
  async function check(
    method: string,
    path: string,
    { id = '', approval = '', query = '', body }: Asked = {},
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    const below = path.replace('{approval}', approval).replace(/\{\w+\}/, encodeURIComponent(id));
    const url = scene.stack.url() + below + query;
    const response = await fetch(url, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const { status } = response;
    const answer = (await response.json()) as Record<string, unknown>;
    const { responses } = description.paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const key = String(status) in responses ? String(status) : `${String(status)[0]}XX`;
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      key,
      'content',
      'application/json',
      'schema',
    ]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `api#/${pointer}` });
    expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
    checked.add(`${method} ${path} ${key}`);
    return { status, answer };
  }

  it('is one as OpenAPI has it', async () => {
    const { valid, errors } = await new Validator().validate({ ...description });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('tells of every route, and of no other', () => {
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted((a, b) => a.localeCompare(b))).toEqual(routes());
  });

  it('tells what each answers', async () => {
    const messages = '/v1/conversations/{id}/messages';
    const say = (text: string, query = '?wait=30', id = 'rich') =>
      check('POST', messages, { id, query, body: { text } });
    expect((await say('word '.repeat(2_000), '')).status).toBe(202);
    await scene.stack.replies('rich', 1);
    const offer = ['offer_choices', { choices: ['Yes', 'No'] }] as [string, object];
    const file = ['attach_file', { name: 'a.txt', content: 'hi' }] as [string, object];
    expect(
      (await say(plan({ first: 'Let me.', steps: [[offer, file], [['fail_with', { text: 'no' }]]] }))).status,
    ).toBe(200);
    await say(plan({ steps: [[['charge', {}]]] }), '');
    await eventually(async () => (await scene.stack.read('rich')).approvals.length > 0);
    const read = () => check('GET', '/v1/conversations/{id}', { id: 'rich' });
    const [{ id: approval }] = (await read()).answer.approvals as [{ id: string }];
    await eventually(async () => {
      const { answer } = await check('GET', '/v1/approvals');
      return (answer.approvals as unknown[]).length === 1;
    });
    const decision = { id: 'rich', approval, body: { id: 'd1', decision: 'approve' } };
    for (const query of ['', '?wait=30'])
      await check('POST', '/v1/conversations/{id}/approvals/{approval}', { ...decision, query });
    await scene.stack.replies('rich', 3);
    const { script } = scene.model;
    scene.model.script = () => ({ text: 'They talked.' });
    await say('/compact');
    scene.model.script = script;
    const { transcript } = (await read()).answer as { transcript: { kind: string }[] };
    expect(new Set(transcript.map(({ kind }) => kind))).toEqual(
      new Set(['user', 'assistant', 'tool', 'reply', 'approval', 'decision', 'summary']),
    );
    for (const action of ['stop', 'reset'])
      for (const query of ['', '?wait=30'])
        await check('POST', `/v1/conversations/{id}/${action}`, { id: 'rich', query, body: {} });
    scene.telegram.say(77, 'hi');
    await scene.stack.replies('telegram/77', 1);
    await check('GET', '/v1/conversations/{id}', { id: 'telegram/77' });
    await eventually(async () => {
      const { answer } = await check('GET', '/v1/conversations');
      return (answer.conversations as unknown[]).length === 2;
    });
    const chat = { model: 'holdfast', messages: [{ role: 'user', content: 'hi' }] };
    await check('POST', '/v1/chat/completions', { body: chat });
    await check('POST', '/v1/responses', { body: { model: 'holdfast', input: 'hi' } });
    await check('GET', '/v1/models');
    await check('GET', '/v1/models/{model}', { id: 'main' });
    await check('GET', '/v1/openapi.json');
  });

  it('tells what each refuses with', async () => {
    await check('GET', '/v1/conversations', { query: '?status=dead' });
    await check('GET', '/v1/conversations/{id}', { id: 'nothing' });
    await check('POST', '/v1/conversations/{id}/messages', { id: 'a', body: {} });
    await check('POST', '/v1/conversations/{id}/stop', { id: 'nothing' });
    await check('POST', '/v1/chat/completions', { body: {} });
    await check('POST', '/v1/responses', { body: { model: 'holdfast', input: 'hi', tools: [1] } });
    await check('GET', '/v1/models/{model}', { id: 'gpt' });
  });

  it('was checked by an answer of each status that it tells', () => {
    // Events have no end, and a list of nothing cannot go wrong; 5XX is one form for all.
    const untold = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => status.startsWith('2') && !path.endsWith('/events'))
          .map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    expect(untold.filter((one) => !checked.has(one))).toEqual([]);
  });
});
