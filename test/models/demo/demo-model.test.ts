import { generateText } from 'ai';
import { describe, expect, it } from 'vitest';
import type { Entry, ToolEntry } from '../../../contract/transcript.ts';
import { textOf } from '../../../contract/transcript.ts';
import { wordReport } from '../../../contract/word-report.ts';
import { createDemoModel } from '../../../models/demo/demo-model.ts';
import { type StepResult, streamStep } from '../../../models/stream-step.ts';
import { OUTCOME_UNKNOWN } from '../../../models/to-messages.ts';
import { builtInTools } from '../../../tools/built-in-tools.ts';
import { delegationTools } from '../../../tools/delegate.ts';
import { workspaceTools } from '../../../tools/workspace/workspace-tools.ts';
import { fakeMemory } from '../../tools/fake-memory.ts';
import { scheduleBook } from '../../tools/schedule-book.ts';
import { user } from '../entries.ts';

const model = createDemoModel({ wordDelayMs: 0 });

const delegation = {
  agents: [{ name: 'main' }],
  maxTasks: 1,
  maxDepth: 1,
  limits: { steps: 1, seconds: 1, failures: 1 },
};

function step(
  entries: Entry[],
  onText: (delta: string) => void = () => {},
  system?: string,
): Promise<StepResult> {
  return streamStep({
    model,
    system,
    entries,
    tools: [
      ...builtInTools({
        fetchPrivate: false,
        schedules: scheduleBook(),
        timeZone: 'UTC',
        memory: fakeMemory(),
      }),
      ...delegationTools(delegation),
      ...workspaceTools({ root: '.' }),
    ],
    signal: new AbortController().signal,
    onText,
  });
}

const wants = async (text: string) =>
  (await step([user(text)])).calls.map((call) =>
    'refused' in call ? call.refused : [call.name, call.input],
  );
const assistant = ({ content }: StepResult): Entry => ({ kind: 'assistant', seq: 0, turn: 1, content });
const answered = (text: string): Entry => ({
  kind: 'assistant',
  seq: 0,
  turn: 1,
  content: [{ type: 'text', text }],
});

describe('the demo model calls', () => {
  it.each<[string, unknown[]]>([
    ['wait 20 seconds', [['wait', { seconds: 20 }]]],
    [
      'please remind me in 2 minutes to take the bread out',
      [['schedule', { text: 'take the bread out', as: 'message', in: '2 minutes' }]],
    ],
    [
      'every hour say drink 2+2 glasses',
      [['schedule', { text: 'drink 2+2 glasses', as: 'message', every: 'hour' }]],
    ],
    ['list my reminders', [['list_schedules', {}]]],
    ['cancel schedule 1a2b3c4d', [['cancel_schedule', { id: '1a2b3c4d' }]]],
    ['offer yes or no', [['offer_choices', { choices: ['yes', 'no'] }]]],
    ['please offer choices: red, green and blue', [['offer_choices', { choices: ['red', 'green', 'blue'] }]]],
    [
      'send me a file notes.txt saying hello 2+2',
      [['attach_file', { name: 'notes.txt', content: 'hello 2+2' }]],
    ],
    ['please wait for 2 min', [['wait', { seconds: 120 }]]],
    [
      'wait 2 s and what time is it',
      [
        ['wait', { seconds: 2 }],
        ['current_time', {}],
      ],
    ],
    ['What time is it in Tokyo?', [['current_time', { zone: 'Tokyo' }]]],
    [
      'what time is it in Tokyo and New York',
      [
        ['current_time', { zone: 'Tokyo' }],
        ['current_time', { zone: 'New York' }],
      ],
    ],
    ["what's the date", [['current_time', {}]]],
    ['what is 12.5% of 840?', [['calculator', { expression: '12.5% of 840' }]]],
    ['2+2', [['calculator', { expression: '2+2' }]]],
    ['how much is 1,000 divided by 8 plus 3', [['calculator', { expression: '1,000 / 8 + 3' }]]],
    ['sqrt(2) * 3', [['calculator', { expression: 'sqrt(2) * 3' }]]],
    ['fetch https://example.com/a?b=1.', [['fetch_url', { url: 'https://example.com/a?b=1' }]]],
    ['https://example.com', [['fetch_url', { url: 'https://example.com' }]]],
    ['fetch example.com please', [['fetch_url', { url: 'https://example.com' }]]],
    [
      'wait 1 second, then 3*4, and what time is it in London?',
      [
        ['wait', { seconds: 1 }],
        ['calculator', { expression: '3*4' }],
        ['current_time', { zone: 'London' }],
      ],
    ],
    [
      'delegate: wait 5 seconds and tell me what 3*4 is',
      [['delegate', { task: 'wait 5 seconds and tell me what 3*4 is' }]],
    ],
    ['call wait {"seconds": 3}', [['wait', { seconds: 3 }]]],
    ['call wait {"seconds": 3', [expect.stringContaining('not valid JSON')]],
    [
      'call wait {"seconds": "}"} 2+2',
      [expect.stringContaining('seconds'), ['calculator', { expression: '2+2' }]],
    ],
    ['call make_tea {}', [expect.stringContaining('There is no tool "make_tea"')]],
    ['call current_time', [['current_time', {}]]],
    ['remember that my cat is called Mia', [['remember', { text: 'my cat is called Mia' }]]],
    ['Please remember: pi is 3.14. Thanks!', [['remember', { text: 'pi is 3.14' }]]],
    ['can you remember that I like tea?', [['remember', { text: 'I like tea' }]]],
    ['what do you remember?', [['recall', {}]]],
    ['What do you know about me', [['recall', {}]]],
    ['forget p1 and c2', [['forget', { ids: ['p1', 'c2'] }]]],
    ['run `ls -la`', [['shell', { command: 'ls -la' }]]],
    ['please run: ls | wc -l; sleep 5', [['shell', { command: 'ls | wc -l; sleep 5' }]]],
    ['read file notes.txt, please', [['read_file', { path: 'notes.txt' }]]],
    ['write a file .env saying A=2+2', [['write_file', { path: '.env', content: 'A=2+2' }]]],
    ['list files in src.', [['list_files', { path: 'src' }]]],
    ['list files', [['list_files', {}]]],
  ])('%s', async (text, calls) => {
    expect(await wants(text)).toEqual(calls);
  });

  it('what to forget by the words of its notes', async () => {
    const system = [
      'You are helpful.',
      '<notes>',
      '{"id":"p1","text":"my cat is called Mia"}',
      '{"id":"p2","text":"my dog is called Rex"}',
      '</notes>',
    ].join('\n');
    const ids = async (text: string) =>
      (await step([user(text)], undefined, system)).calls.map((call) => 'input' in call && call.input);
    expect(await ids('forget my cat')).toEqual([{ ids: ['p1'] }]);
    expect(await ids('please forget what I told you about the dog.')).toEqual([{ ids: ['p2'] }]);
    expect(await ids('Forget that my dog is called Rex')).toEqual([{ ids: ['p2'] }]);
    expect(await ids('forget it')).toEqual([]);
    expect(await ids('forget the bird')).toEqual([{ search: 'bird' }]);
  });

  it.each([
    'hello',
    'I have 3 apples',
    'on 2026-11-05 we met',
    'wait a minute',
    'call me',
    'he said 5',
    'do you remember me?',
    'I remember that day',
    'I run every day',
  ])('nothing for: %s', async (text) => {
    expect(await wants(text)).toEqual([]);
  });

  it('with ids of their own', async () => {
    const first = await step([user('2+2 and wait 1 s')]);
    const second = await step([user('2+2')]);
    expect(new Set([...first.calls, ...second.calls].map(({ id }) => id)).size).toBe(3);
  });
});

describe('the demo model without streaming', () => {
  it('says the same', async () => {
    const { text } = await generateText({ model, prompt: 'hello' });
    expect(text).toContain('You said: “hello”');
  });
});

describe('the demo model answers', () => {
  const say = async (entries: Entry[]) => textOf((await step(entries)).content);

  it('word by word, saying first what it is and how to get a real one', async () => {
    const deltas: string[] = [];
    const { content, usage, finishReason } = await step([user('hello')], (delta) => deltas.push(delta));
    expect(deltas.length).toBeGreaterThan(20);
    expect(deltas.join('')).toBe(textOf(content));
    expect(textOf(content)).toMatch(/demo model[^]*HOLDFAST_MODEL[^]*You said: “hello”/);
    expect(finishReason).toBe('stop');
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(await say([user('hello'), answered('hi'), user('again')])).not.toContain('HOLDFAST_MODEL');
  });

  it('from the results of its calls, each as what it is', async () => {
    const asked = user('what is 2+2, wait 2 s, call fetch_url {"url": "https://x.test"}, what time is it');
    const calling = await step([asked]);
    const outcomes: Record<string, [ToolEntry['outcome'], string]> = {
      calculator: ['ok', '4'],
      wait: ['unknown', ''],
      fetch_url: ['error', 'there is no host x.test'],
      current_time: ['cancelled', ''],
    };
    const results = calling.content.flatMap((part): ToolEntry[] => {
      if (part.type !== 'tool-call') return [];
      const [outcome, output] = outcomes[part.toolName] ?? ['ok', ''];
      return [
        { kind: 'tool', seq: 0, turn: 1, callId: part.toolCallId, name: part.toolName, outcome, output },
      ];
    });
    expect(results).toHaveLength(4);
    const text = await say([asked, assistant(calling), ...results]);
    expect(text).toContain('2+2 = 4');
    expect(text).toContain('I do not know whether wait did its work');
    expect(text).toContain('fetch_url did not work: there is no host x.test');
    expect(text).toContain('current_time was cancelled');
    expect(text).not.toContain(OUTCOME_UNKNOWN);
  });

  it('with what a command wrote as it was written, whatever that is', async () => {
    const asked = user('run `cat notes.md`');
    const calling = await step([asked]);
    const output = 'Exit code 0.\n\n```\n# not a heading\n```';
    const callId = calling.calls[0]?.id ?? '';
    const result: Entry = { kind: 'tool', seq: 0, turn: 1, callId, name: 'shell', outcome: 'ok', output };
    expect(await say([asked, assistant(calling), result])).toContain(`\n\`\`\`\`\n${output}\n\`\`\`\``);
  });

  it('a wish to forget once, though its note is gone when it answers', async () => {
    const asked = user('forget my cat');
    const system = '{"id":"p1","text":"my cat is called Mia"}';
    const calling = await step([asked], undefined, system);
    const callId = calling.calls[0]?.id ?? '';
    const output = 'Forgotten: p1.';
    const result: Entry = { kind: 'tool', seq: 0, turn: 1, callId, name: 'forget', outcome: 'ok', output };
    const text = await say([user('hi'), answered('hello'), asked, assistant(calling), result]);
    expect(text).toBe(output);
  });

  it('what was said while it worked as well', async () => {
    const calling = await step([user('2+2')]);
    const result: Entry = {
      kind: 'tool',
      seq: 0,
      turn: 1,
      callId: calling.calls[0]?.id ?? '',
      name: 'calculator',
      outcome: 'ok',
      output: '4',
    };
    const steered = [user('2+2'), assistant(calling), result, user('and 3*3')];
    const next = await step(steered);
    expect(next.calls).toMatchObject([{ name: 'calculator', input: { expression: '3*3' } }]);
    const second: Entry = { ...result, callId: next.calls[0]?.id ?? '', output: '9' };
    const text = await say([...steered, assistant(next), second]);
    expect(text).toMatch(/2\+2 = 4[^]*3\*3 = 9/);
  });

  it('with the report of a task, as what it is', async () => {
    const report = wordReport(
      { id: '0a1b2c3d', task: 'wait 5 seconds and tell me what 3*4 is' },
      {
        id: '0a1b2c3d',
        outcome: 'done',
        text: '3*4 = 12',
        usage: { inputTokens: 1, outputTokens: 1 },
        unknown: [],
      },
    );
    const entries = [
      user('hello'),
      answered('hi'),
      user(report, { internal: { kind: 'task', id: '0a1b2c3d' } }),
    ];
    expect(await say(entries)).toBe('Task 0a1b2c3d has ended. 3*4 = 12');
    expect(await say([...entries, answered('12'), user('how many messages did I send?')])).toContain(
      '2 messages',
    );
  });

  it.each([
    ['what was my first message?', 'Your first message was: “my name is Ann”'],
    ['what was my last message', 'Your previous message was: “I like tea”'],
    ['What did I say?', 'You said: “my name is Ann”, “I like tea”'],
    ['do you remember me?', 'You said: “my name is Ann”, “I like tea”'],
    ['what is my name', 'Your name is Ann.'],
    ['how many messages did I send?', 'You have sent 3 messages, this one included.'],
  ])('from the transcript: %s', async (question, answer) => {
    expect(
      await say([user('my name is Ann'), answered('hi'), user('I like tea'), answered('ok'), user(question)]),
    ).toBe(answer);
  });

  it('at about 25 ms a word, and stops when it is told to', async () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const running = streamStep({
      model: createDemoModel(),
      entries: [user('hello')],
      tools: [],
      signal: controller.signal,
      onText(delta) {
        if (heard.push(delta) === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(heard.length).toBeLessThan(10);
  });
});
