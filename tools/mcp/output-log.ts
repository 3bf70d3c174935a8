const LONGEST = 2_000;
const PER_SECOND = 20;

/** Logs what a server writes, cut so that it cannot flood the log. */
export function outputLog(log: (text: string) => void): (text: string) => void {
  let second = 0;
  let written = 0;
  return (text) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) written = 0;
    second = now;
    written += 1;
    if (written <= PER_SECOND) log(text.slice(0, LONGEST).trimEnd());
  };
}
