import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a test says that is skipped because there is no browser. */
export const NO_BROWSER = 'there is no Chromium on PATH: apt-get install chromium';

/** Path of a Chromium on PATH; undefined without one, and an error where tests must not be skipped (CI=true). */
export function findBrowser(): string | undefined {
  const path = NAMES.map(onPath).find((found) => found !== undefined);
  if (path === undefined && process.env.CI === 'true') throw new Error(NO_BROWSER);
  return path;
}

/** Starts a headless Chromium, with further flags; close it when done. */
export function launchBrowser(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

function onPath(name: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
