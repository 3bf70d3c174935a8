import path from 'node:path';
import { bundlePage } from '../../gateway/web-chat/bundle-page.ts';
import { bundle, PROJECT } from './bundle.ts';
import type { Files } from './files.ts';
import type { Replacements } from './replaced.ts';

/** The files of a gateway: its handler is `buffered.handler`, or `streaming.handler` where answers are streamed. */
export async function gatewayFiles(config: Replacements): Promise<Files> {
  return bundle(['gateway/lambda/buffered.ts', 'gateway/lambda/streaming.ts'], {
    ...config,
    ...(await builtPage()),
  });
}

/** The web chat's page in place of what bundles it. */
async function builtPage(): Promise<Replacements> {
  const { html, assets } = await bundlePage();
  const code = `
    const html = ${JSON.stringify(html)};
    const assets = new Map(${JSON.stringify([...assets])});
    export async function bundlePage() { return { html, assets }; }`;
  return { [path.join(PROJECT, 'gateway', 'web-chat', 'bundle-page.ts')]: code };
}
