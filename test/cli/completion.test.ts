import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { onPath } from '../../cli/temporal/executable.ts';

const COMPLETION = '/usr/share/bash-completion/bash_completion';
const HOLDFAST = `"${process.execPath}" "${path.resolve('cli/holdfast.ts')}"`;

/** Whether a shell is here; an error where tests must not be skipped. */
function lacks(what: string, isHere: boolean): boolean {
  if (!isHere && process.env.CI === 'true') throw new Error(`apt-get install ${what}`);
  return !isHere;
}
const isInstalled = (name: string) => onPath(name, process.env.PATH) !== undefined;

function run(shell: string, args: string[]): string {
  const { stdout, stderr, status } = spawnSync(shell, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** What real shells make of what `holdfast completion` prints. Each skipped one: apt-get install bash-completion zsh fish */
test.skipIf(lacks('bash-completion', existsSync(COMPLETION)))('bash', () => {
  const script = `
    source ${COMPLETION}
    holdfast() { ${HOLDFAST} "$@"; }
    source <(holdfast completion bash)
    complete_for() {
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; COMPREPLY=()
      __holdfast_complete 2>/dev/null
      echo "\${COMPREPLY[*]}"
    }
    complete -p holdfast
    complete_for holdfast conv
    complete_for holdfast conversations s
    complete_for holdfast conversations list --status ''
    complete_for holdfast doctor --`;
  expect(run('bash', ['-c', script]).trim().split('\n')).toEqual([
    'complete -F __holdfast_complete holdfast',
    'conversations',
    'show send stop',
    'idle running awaiting-approval',
    '--json --fix --help',
  ]);
});

test.skipIf(lacks('fish', isInstalled('fish')))('fish', () => {
  const script = `
    function holdfast; ${HOLDFAST} $argv; end
    holdfast completion fish | source
    complete -C 'holdfast conversations s'`;
  const offered = run('fish', ['--no-config', '-c', script]).trim().split('\n');
  expect(offered.map((line) => line.split('\t')[0])).toEqual(['send', 'show', 'stop']);
});

test.skipIf(lacks('zsh', isInstalled('zsh')))('zsh', () => {
  const script = `
    autoload -Uz compinit && compinit -u -D
    holdfast() { ${HOLDFAST} "$@" }
    source <(holdfast completion zsh)
    echo "\${_comps[holdfast]}"`;
  expect(run('zsh', ['-f', '-c', script]).trim()).toBe('_holdfast');
});
