import { type Command, Option } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say, wholeNumber } from './cli.ts';
import { sentText } from './sent-text.ts';

/** How long a command to a conversation may take until it has answered. */
const ANSWER_MS = 20_000;
const ID = [
  '<id>',
  'its workflow id, for instance telegram/-100123; one without a slash is of the web chat',
] as const;

export function addConversationsCommands(program: Command, cli: Cli): void {
  const conversations = program.command('conversations').description('see and steer conversations');
  addReading(conversations, cli);
  addSteering(conversations, cli);
  addKeeping(conversations, cli);
}

function addReading(conversations: Command, cli: Cli): void {
  const { terminal, env } = cli;
  conversations
    .command('list')
    .description('the running conversations, newest first')
    .option('--platform <name>', 'of this platform only')
    .addOption(
      new Option('--status <status>', 'in this state only').choices(['idle', 'running', 'awaiting-approval']),
    )
    .option('--limit <count>', 'this many at most', wholeNumber, 100)
    .option(...JSON_OPTION)
    .action(
      say(cli, async (options: { platform?: string; status?: string; limit: number } & JsonOption) =>
        (await import('../conversations/list.ts')).listConversations(env, options),
      ),
    );
  conversations
    .command('show')
    .description('state and transcript')
    .argument(...ID)
    .option(...JSON_OPTION)
    .action(
      say(cli, async (id: string, { json }: JsonOption) =>
        (await import('../conversations/show.ts')).showConversation(env, id, json === true),
      ),
    );
  conversations
    .command('tail')
    .description('the latest entries, and what comes from now on, until Ctrl-C')
    .argument(...ID)
    .option('--after <number>', 'from the entry after this one on', wholeNumber)
    .option(...JSON_OPTION)
    .action(async (id: string, options: { after?: number } & JsonOption) => {
      const { tailConversation } = await import('../conversations/tail.ts');
      const { untilStopped } = await import('../until-stopped.ts');
      await tailConversation(env, id, { ...options, terminal, stop: untilStopped() });
      process.exit(0);
    });
}

function addSteering(conversations: Command, cli: Cli): void {
  const { env } = cli;
  conversations
    .command('send')
    .description('say something as the operator')
    .argument(...ID)
    .argument('<text>', 'what to say')
    .option('--id <id>', "the message's own id: one that the conversation has seen changes nothing")
    .option(
      '--wait [seconds]',
      'wait for the reply, a minute if not said otherwise, and print it',
      wholeNumber,
    )
    .option(...JSON_OPTION)
    .action(
      say(
        cli,
        async (
          to: string,
          text: string,
          { id, wait = 0, json }: { id?: string; wait?: number | true } & JsonOption,
        ) => {
          const { send } = await import('../conversations/send.ts');
          return sentText(
            await send(env, to, text, { id, waitMs: (wait === true ? 60 : wait) * 1000 }),
            json,
          );
        },
      ),
    );
  const order = (name: string, does: string, command: (options: { all?: true }) => string) =>
    conversations
      .command(name)
      .description(does)
      .argument(...ID)
      .option(...JSON_OPTION)
      .action(
        say(cli, async (id: string, options: { all?: true } & JsonOption) => {
          const { send } = await import('../conversations/send.ts');
          const sent = await send(env, id, command(options), { waitMs: ANSWER_MS, begun: true });
          return sentText(sent, options.json);
        }),
      );
  order('stop', 'stop what is running, as /stop does', ({ all }) => (all ? '/stop all' : '/stop')).option(
    '--all',
    'tasks in the background, too',
  );
  order('reset', 'start afresh, as /new does: the agent forgets what was said', () => '/new');
}

function addKeeping(conversations: Command, cli: Cli): void {
  const { aside, env } = cli;
  conversations
    .command('export')
    .description('state, transcript, memory, schedules and histories as JSON')
    .argument(...ID)
    .option('--output <file>', 'into this file, which only you can read')
    .action(
      say(cli, async (id: string, options: { output?: string }) => {
        const { exportConversation } = await import('../conversations/export.ts');
        return exportConversation(env, id, { ...options, terminal: aside });
      }),
    );
  conversations
    .command('erase')
    .description('take away all that is kept of it, and say what remains elsewhere')
    .argument(...ID)
    .option('--people', 'also what is remembered of the people who wrote there, from all conversations')
    .option('--yes', 'do not ask')
    .option(...JSON_OPTION)
    .action(
      say(cli, async (id: string, { people, yes, json }: { people?: true; yes?: true } & JsonOption) => {
        const [{ eraseConversation, erasedInWords }, { confirm }] = await Promise.all([
          import('../conversations/erase.ts'),
          import('../confirm.ts'),
        ]);
        const erased = await eraseConversation(env, id, {
          people: people === true,
          confirm: yes ? async () => true : confirm,
          terminal: aside,
        });
        if (!erased) return 'Nothing was changed.';
        return json ? JSON.stringify(erased) : erasedInWords(erased);
      }),
    );
  conversations
    .command('fork')
    .description('begin another conversation that goes on from here; this one stays as it is')
    .argument(...ID)
    .option('--at <turn>', 'it knows no more than up to this turn', wholeNumber)
    .option('--as <id>', 'its id; by default a new one of the web chat')
    .option(...JSON_OPTION)
    .action(
      say(cli, async (id: string, { json, ...options }: { at?: number; as?: string } & JsonOption) => {
        const { forkConversation } = await import('../conversations/fork.ts');
        const forked = await forkConversation(env, id, options);
        return json
          ? JSON.stringify(forked)
          : `${forked.conversation} goes on from turn ${forked.turn} of ${id}.`;
      }),
    );
}
