import { createHash } from 'node:crypto';
import path from 'node:path';

/** Words that a shell takes as they stand: no quotes, expansions, globs, redirections, separators or escapes. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;
const SUBCOMMAND = /^[a-z][\w-]{0,31}$/;

const words = (list: string) => new Set(list.split(/\s+/));

/** What they do is in their first argument. */
const WITH_SUBCOMMANDS = words(
  `apt apt-get brew bun cargo composer dnf docker dotnet git go gradle helm kubectl mvn npm pip pnpm podman
  poetry rustup svn systemctl terraform uv yarn yum`,
);
/** Subcommands that run what their arguments name, or that go on in further subcommands. */
const OPEN_SUBCOMMANDS = words(
  `bisect buildx builder compose config container context dlx eval exec filter-branch image network plugin remote run
  script sdk stash submodule system task tool volume worktree x`,
);
/**
 * Programs whose arguments are commands or code, reach anywhere, or can destroy what they name: that one call was allowed
 * says nothing of another.
 */
const EXACT = words(
  `sh bash dash zsh ksh fish csh tcsh busybox pwsh python perl ruby node deno php lua java r rscript tclsh osascript
  awk gawk mawk nawk sed ed ex vi vim nvim emacs sqlite psql mysql mongosh redis-cli make just
  sudo doas su env xargs nice ionice nohup timeout time stdbuf setsid watch parallel strace ltrace gdb unshare nsenter
  chroot flock script expect at batch crontab systemd-run screen tmux
  . source eval exec command builtin coproc trap enable alias set export npx bunx pnpx uvx pipx
  ssh scp sftp rsync curl wget nc ncat socat telnet ftp gh glab aws gcloud az find fd tar zip unzip
  rm rmdir unlink shred dd truncate mkfs chmod chown chgrp cp mv ln install tee kill pkill killall mount umount
  shutdown reboot halt poweroff`,
);

/** Longer texts would fill what keeps the standing approvals. */
const LONGEST = 300;

/**
 * What allowing a command "always" covers: for a simple one its program and subcommand with whatever arguments
 * (`git status`), for any other exactly the same text. Never empty, and no command that does something else has the same.
 */
export function commandScope(command: string): string {
  const all = command.split(/[ \t]+/).filter(Boolean);
  const [program = '', subcommand] = all;
  // NAME=value before a command changes what it does.
  if (!all.every((word) => PLAIN_WORD.test(word)) || program.includes('=')) return exactly(command);
  const name = path.basename(program).toLowerCase();
  // python3.12 is python, mkfs.ext4 is mkfs
  const stem = name.replace(/\..*/, '').replace(/\d+$/, '');
  if (program === '' || EXACT.has(name) || EXACT.has(stem)) return exactly(command);
  if (program.length > LONGEST) return exactly(command);
  if (subcommand === undefined || !WITH_SUBCOMMANDS.has(stem)) return program;
  const isClosed = SUBCOMMAND.test(subcommand) && !OPEN_SUBCOMMANDS.has(subcommand);
  return isClosed ? `${program} ${subcommand}` : exactly(command);
}

/** A long text is named by its beginning and its hash; that is longer than any other scope, so it is nobody else's. */
function exactly(command: string): string {
  if (command.length <= LONGEST) return command;
  const hash = createHash('sha256').update(command).digest('hex');
  return `${command.slice(0, LONGEST).toWellFormed()}… (sha256 ${hash})`;
}
