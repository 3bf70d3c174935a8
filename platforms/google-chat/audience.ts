/** Whom Google's tokens must be for. */
export interface Audience {
  /** The app's project number. */
  project?: string;
  /** The webhook's URL, as it is set in the app's configuration. */
  url?: string;
}

/** Reads a project number, a URL, or both, separated by a comma. Throws for anything else. */
export function readAudience(text: string): Audience {
  const audience: Audience = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (/^\d+$/.test(part) && audience.project === undefined) audience.project = part;
    else if (/^https?:/.test(part) && URL.canParse(part) && audience.url === undefined) audience.url = part;
    else
      throw new Error(
        "GOOGLE_CHAT_AUDIENCE: must be the project number, the webhook's URL, or both separated by a comma.",
      );
  }
  return audience;
}
