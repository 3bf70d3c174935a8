import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findTemporal } from '../../cli/temporal/find.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { temporaryFolder } from './processes.ts';

/** A machine with nothing on it: what a test adds is found. */
function machine() {
  const folder = temporaryFolder();
  const bin = path.join(folder, 'bin');
  const shown: string[] = [];
  const stop = new AbortController();
  const terminal: Terminal = {
    line: (text) => shown.push(text),
    progress: (text, fraction) =>
      shown.push(fraction === undefined ? text : `${text} ${fraction.toFixed(2)}`),
    settle: () => {},
    paint: (_, text) => text,
  };
  const add = (file: string, text: string) => {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    chmodSync(full, 0o755);
    return full;
  };
  const downloader = add('no-network.mjs', 'console.error("no network"); process.exit(1);');
  const cached = path.join(folder, 'cache/holdfast/temporal-v1.5.1/temporal');
  const find = (env: Record<string, string> = {}, script = downloader) =>
    findTemporal({
      env: { PATH: bin, XDG_CACHE_HOME: path.join(folder, 'cache'), ...env },
      terminal,
      stop: stop.signal,
      downloader: script,
    });
  return { folder, shown, stop, add, find, cached };
}

/** Go, as far as it is used: ten packages, two of which are compiled already. */
const GO = `#!/bin/sh
PATH=/usr/bin:/bin
echo "$@" >> "$(dirname "$0")/go.log"
case "$1" in
  mod) echo '{"Dir": "'"$PWD"'"}' ;;
  list) echo 'go: downloading example.org/a v1.0.0' >&2; seq 1 10 ;;
  install)
    echo 'go: downloading example.org/b v1.0.0' >&2
    for n in 1 2 3 4 5 6 7 8; do echo "example.org/package$n" >&2; done
    echo '# a note with spaces' >&2
    sleep 0.2
    echo '#!/bin/sh' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal" ;;
esac
`;

test('the order: TEMPORAL_CLI, PATH, cache, download', async () => {
  const { add, find, cached } = machine();
  const downloader = add(
    'download.mjs',
    'import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2] + "/temporal-" + process.argv[3], "x");',
  );
  expect(await find({}, downloader)).toBe(cached);
  expect(readFileSync(cached, 'utf8')).toBe('x');
  expect(await find(), 'the cached copy needs no network').toBe(cached);
  expect(readdirSync(path.dirname(cached)), 'nothing else is left').toEqual(['temporal']);
  const onPath = add('bin/temporal', '#!/bin/sh');
  expect(await find()).toBe(onPath);
  const given = add('elsewhere/my-temporal', '#!/bin/sh');
  expect(await find({ TEMPORAL_CLI: given })).toBe(given);
});

test('TEMPORAL_CLI that cannot be run is an error', async () => {
  const { folder, find } = machine();
  const file = path.join(folder, 'plain');
  writeFileSync(file, '');
  await expect(find({ TEMPORAL_CLI: file })).rejects.toThrow(
    /TEMPORAL_CLI: .*plain is not a file that can be run/,
  );
  await expect(find({ TEMPORAL_CLI: folder })).rejects.toThrow('TEMPORAL_CLI');
});

test('Go builds it, and the progress counts packages', async () => {
  const { folder, add, find, cached, shown } = machine();
  add('bin/go', GO);
  expect(await find()).toBe(cached);
  expect(readdirSync(path.dirname(cached))).toEqual(['temporal']);
  expect(readFileSync(path.join(folder, 'bin/go.log'), 'utf8')).toContain(
    'install -v github.com/temporalio/cli/cmd/temporal@v1.5.1',
  );
  expect(shown.join('\n')).toMatch(/cannot be downloaded \(no network\)/);
  expect(shown.join('\n')).toMatch(/: 1 modules downloaded\n/);
  expect(shown.at(-1)).toMatch(/: 8 of 10 packages 0\.80$/);
});

test('two builds at once leave one whole file', async () => {
  const { add, find, cached } = machine();
  add('bin/go', GO);
  expect(await Promise.all([find(), find()])).toEqual([cached, cached]);
  expect(readdirSync(path.dirname(cached))).toEqual(['temporal']);
});

test("a failed build shows Go's last words and leaves nothing", async () => {
  const { add, find, cached } = machine();
  add('bin/go', '#!/bin/sh\necho "module lookup disabled" >&2; exit 1\n');
  await expect(find()).rejects.toThrow('module lookup disabled');
  expect(readdirSync(path.dirname(cached))).toEqual([]);
});

test('without Go, the three ways out are named', async () => {
  const { find } = machine();
  await expect(find()).rejects.toThrow(/install Go[^]*TEMPORAL_CLI[^]*TEMPORAL_ADDRESS/);
});

test('it can be stopped', async () => {
  const { add, find, stop, cached } = machine();
  add('bin/go', '#!/bin/sh\nexec /bin/sleep 100\n');
  const found = find();
  setTimeout(() => stop.abort(), 500);
  await expect(found).rejects.toThrow(/abort/i);
  expect(existsSync(cached)).toBe(false);
});
