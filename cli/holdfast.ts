#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/environment.ts';
import { createTerminal } from './terminal.ts';
import { UserError } from './user-error.ts';

const HELP = `holdfast: a durable gateway between chat platforms and AI agents

  holdfast start                          run all of it here: Temporal, gateway, worker, web chat
  holdfast cluster                        the same as it runs in production: Temporal's services on PostgreSQL
  holdfast gateway                        run a gateway alone, for a Temporal server at TEMPORAL_ADDRESS
  holdfast worker                         run a worker alone, likewise
  holdfast listen discord                 run a listener alone, likewise: Discord's messages
  holdfast codec-server                   decrypt for Temporal's UI, with HOLDFAST_ENCRYPTION_KEYS
  holdfast schedules [list] [--json]      the schedules and reminders of all conversations
  holdfast schedules remove <id>          remove one
  holdfast doctor [--json] [--fix]        find what is stuck, and why; with --fix, have it go on
  holdfast config check [--json]          say whether environment and config file are right
  holdfast version [list] [--json]        the versions of workers, and which gets the work
  holdfast version promote <version>      send the work to this one, or a share of it: [--ramp <percent>]
  holdfast webhook set <platform> <url>   tell Telegram or Discord where its webhooks go
  holdfast webhook set discord none       register its commands; all comes by the listener, without a URL
  holdfast matrix registration <url>      print the registration file for a Matrix homeserver
  holdfast pair [--json]                  who waits to be let in, and who was
  holdfast pair approve <code> [--role R] let in who was given the code, as user, approver or owner
  holdfast pair revoke <identity>         let somebody in no more, for instance telegram:123456
  holdfast help                           this

It is configured by environment variables and holdfast.config.ts; see the README.`;

const terminal = createTerminal(process.stdout);
const { env } = process;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      fix: { type: 'boolean' },
      role: { type: 'string' },
      ramp: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command = 'help', ...rest] = values.help ? [] : positionals;
  const line = [command, ...rest].join(' ');

  if (line === 'help') return terminal.line(HELP);
  if (line === 'start') return (await import('./run-start.ts')).runStart(terminal, env);
  if (line === 'cluster') return (await import('./cluster/run-cluster.ts')).runCluster(terminal, env);
  if (line === 'gateway') return void (await import('../gateway/node.ts'));
  if (line === 'worker') return void (await import('../workers/node.ts'));
  if (line === 'codec-server') return void (await import('../gateway/codec-server/node.ts'));
  // It reads the platform's name where it stands, at the end.
  if (command === 'listen' && rest.length === 1) return void (await import('../gateway/listen.ts'));
  if (line === 'config check') {
    const { checkConfig } = await import('./check-config.ts');
    const { model, platforms } = await checkConfig(env);
    const words = `OK: model ${model}, platforms ${platforms.join(', ')}`;
    terminal.line(values.json ? JSON.stringify({ model, platforms }) : words);
    return exit(0);
  }
  if (line === 'doctor') {
    const { doctor } = await import('./doctor.ts');
    const { text, well } = await doctor(env, { json: values.json === true, fix: values.fix === true });
    terminal.line(text);
    return exit(well ? 0 : 1);
  }
  if (line === 'schedules' || line === 'schedules list') {
    const { listSchedules } = await import('./schedules.ts');
    return terminal.line(await listSchedules(env, values.json === true));
  }
  const [remove, schedule, ...surplus] = rest;
  if (command === 'schedules' && remove === 'remove' && schedule && surplus.length === 0) {
    const { removeSchedule } = await import('./schedules.ts');
    return terminal.line(await removeSchedule(env, schedule));
  }
  if (line === 'version' || line === 'version list') {
    const { tellVersions } = await import('./version.ts');
    return terminal.line(await tellVersions(env, values.json === true));
  }
  const [promote, version, ...beyond] = rest;
  if (command === 'version' && promote === 'promote' && version && beyond.length === 0) {
    const { promoteVersion } = await import('./version.ts');
    terminal.line(await promoteVersion(env, version, values.ramp));
    return exit(0);
  }
  const [set, platform, url, ...more] = rest;
  if (command === 'webhook' && set === 'set' && platform && url && more.length === 0) {
    const { setWebhook } = await import('./webhook-set.ts');
    return terminal.line(await setWebhook(platform, url, env));
  }
  const [registration, address, ...others] = rest;
  if (command === 'matrix' && registration === 'registration' && address && others.length === 0) {
    const { matrixRegistration } = await import('./matrix-registration.ts');
    return terminal.line(matrixRegistration(address, env));
  }
  const [deed, whom, ...further] = rest;
  if (command === 'pair' && further.length === 0) {
    const { approvePairing, listPairings, revokePairing } = await import('./pair.ts');
    if (deed === undefined) return terminal.line(await listPairings(env, values.json === true));
    if (deed === 'approve' && whom) return terminal.line(await approvePairing(env, whom, values.role));
    if (deed === 'revoke' && whom) return terminal.line(await revokePairing(env, whom));
  }
  throw new UserError(`There is no command "holdfast ${line}".\n\n${HELP}`);
}

/** The user's config file may have opened what would keep the process. */
function exit(code: number): never {
  process.exit(code);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (error instanceof UserError || error instanceof ConfigError || isUsage) console.error(error.message);
  else console.error(error);
  process.exit(error instanceof ConfigError ? 78 : 1);
}
