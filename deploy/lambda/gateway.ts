import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { FAILURES } from '../../encryption/data-converter.ts';
import { bundlePage } from '../../gateway/pages/bundle-page.ts';
import { bundle, PROJECT } from './bundle.ts';
import type { Files } from './files.ts';
import type { Replacements } from './replaced.ts';

/** The files of a gateway: its handler is `buffered.handler`, or `streaming.handler` where answers are streamed. */
export async function gatewayFiles(config: Replacements): Promise<Files> {
  return bundle(['gateway/lambda/buffered.ts', 'gateway/lambda/streaming.ts', FAILURES], {
    ...config,
    ...(await builtPages()),
  });
}

/** The pages in place of what bundles them. */
async function builtPages(): Promise<Replacements> {
  const build = async (folder: string, name: string) => {
    const { html, assets } = await bundlePage(
      pathToFileURL(`${path.join(PROJECT, 'gateway', folder, 'page')}/`),
      name,
    );
    return `['${name}', { html: ${JSON.stringify(html)}, assets: new Map(${JSON.stringify([...assets])}) }]`;
  };
  const pages = await Promise.all([build('web-chat', 'chat'), build('operate', 'operate')]);
  const code = `
    const pages = new Map([${pages.join()}]);
    export async function bundlePage(_folder, name) { return pages.get(name); }`;
  return { [path.join(PROJECT, 'gateway', 'pages', 'bundle-page.ts')]: code };
}
