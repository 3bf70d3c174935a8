import { describe, expect, it } from 'vitest';
import { commandScope } from '../../../tools/workspace/command-scope.ts';

describe('what allowing a command always covers', () => {
  it.each([
    ['git status', 'git status'],
    ['  git \t status -sb  src/a.ts ', 'git status'],
    ['npm test', 'npm test'],
    ['pip3 install left-pad==1.0', 'pip3 install'],
    ['docker ps -a', 'docker ps'],
    ['git', 'git'],
    ['ls -la /etc', 'ls'],
    ['pytest tests/test_a.py', 'pytest'],
    ['./build.sh --all', './build.sh'],
    ['/usr/bin/git log', '/usr/bin/git log'],
    ['date +%F', 'date'],
  ])('%s: %s', (command, scope) => {
    expect(commandScope(command)).toBe(scope);
  });

  it.each([
    'git status; rm -rf /',
    'git status;rm',
    'git status && rm x',
    'git status || rm x',
    'git status | sh',
    'git status & rm x',
    'git status\nrm x',
    'git status\r\nrm x',
    'git status\u2028rm x',
    'git status\u00a0x',
    'git status > /etc/passwd',
    'git status >> x',
    'git status < x',
    'git status $(rm x)',
    'git status `rm x`',
    'git status $HOME',
    'git status ${IFS}',
    'git status <(rm x)',
    'git status {a,b}',
    'git status (x)',
    "git status 'a;b'",
    'git status "$(rm x)"',
    'git status a\\ b',
    'git status *',
    'git status ?',
    'git status [a]',
    'git status ~root',
    'git status !x',
    'git status # x',
    "g''it status",
    'PATH=/tmp git status',
    'GIT_PAGER=rm git status',
    '{ git status',
    '(git status)',
    '! git status',
    'git -c alias.status=x status',
    'git -C /elsewhere status',
    'git --exec-path=/tmp status',
    'git config alias.status x',
    'git bisect run x',
    'git ./status',
    'npm run build',
    'docker run -v /:/host x',
    'rm -rf build',
    '/bin/rm -rf build',
    'RM -rf build',
    'mkfs.ext4 /dev/sda',
    'sudo git status',
    'env git status',
    'time git status',
    'command git status',
    'xargs git status',
    'bash script',
    'python3.12 a.py',
    'node a.js',
    'find . -delete',
    'sed -i s/a/b/ x',
    '. script',
    '. ',
    'coproc rm x',
    'make test SHELL=./x',
    'curl https://example.com/x',
  ])('%j: nothing but itself', (command) => {
    expect(commandScope(command)).toBe(command);
  });

  it('is short, never empty, and a long text is covered by no other', () => {
    const long = `echo ${'a'.repeat(400)};`;
    const scope = commandScope(long);
    expect(scope.length).toBeLessThan(500);
    expect(commandScope(`${long} rm x`)).not.toBe(scope);
    // The scope taken as a command: the beginning of what was allowed may do what nobody allowed.
    expect(commandScope(scope)).not.toBe(scope);
    expect(commandScope(' ')).not.toBe('');
    expect(commandScope('a'.repeat(10_000)).length).toBeLessThan(500);
    expect(commandScope(`git ${'a'.repeat(10_000)}`).length).toBeLessThan(500);
  });
});
