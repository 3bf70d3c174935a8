import type { Platform } from '../platforms/platform.ts';
import { HttpError } from './errors.ts';

export interface PlatformDependencies {
  /** Those that are on, by name. */
  platforms: ReadonlyMap<string, Platform>;
  /** Variables that would switch a platform on; undefined if there is no such platform. */
  missingSecrets(platform: string): string[] | undefined;
}

/** The answer to what is meant for a platform that is off or that nobody knows. */
export function noPlatform(name: string, missing: string[] | undefined): HttpError {
  if (missing === undefined) return new HttpError(404, 'unknown_platform', 'there is no such platform');
  return new HttpError(404, 'platform_off', `${name} is off; set ${missing.join(' and ')} to switch it on`);
}
