/** `/v1/conversations/{id}` and what is below it. */
const OF_CONVERSATION = /^(\/v1\/conversations\/)(.+?)(\/messages|\/events)?$/;

/**
 * The path of an event, percent-encoded. Function URLs tell it so, but HTTP APIs of API Gateway decode it: a conversation's id has its
 * slashes back, and `?` and `#` would end the path.
 */
export function encodedPath(rawPath: string): string {
  const [, base, id = '', below = ''] = OF_CONVERSATION.exec(rawPath) ?? [];
  if (base !== undefined && id.includes('/')) return base + encodeURIComponent(id) + below;
  return rawPath.replace(/[?#]/g, encodeURIComponent);
}
