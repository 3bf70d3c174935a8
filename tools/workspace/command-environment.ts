/** What a command needs to work as it does at a terminal. Everything else in our environment may be a secret. */
const PASSED = ['PATH', 'HOME', 'LANG', 'TERM', 'TZ', 'USER', 'SHELL', 'TMPDIR'];

/** The environment of a command: a few names of ours, and what the config adds. */
export function commandEnvironment(added: Record<string, string>): NodeJS.ProcessEnv {
  const passed = PASSED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(passed), ...added };
}
