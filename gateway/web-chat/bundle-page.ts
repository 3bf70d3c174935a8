import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A file of the page, ready to be served. */
export interface Asset {
  body: string;
  type: string;
  /** Changes with the body. */
  hash: string;
}

/** The page: its document, and by name what the document asks for from `/assets/`. */
export interface Page {
  html: Asset;
  assets: ReadonlyMap<string, Asset>;
}

const SOURCE = new URL('./page/', import.meta.url);

/** Bundles the page in memory. */
export async function bundlePage(): Promise<Page> {
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(SOURCE),
    entryPoints: { chat: 'main.tsx', 'chat-style': 'chat.css' },
    outdir: 'out',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  // Its helper process would go on running.
  await stop();
  const output = (ending: string) => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  const source = (name: string) => readFile(new URL(name, SOURCE), 'utf8');
  const assets = new Map([
    ['chat.js', asset(output('.js'), 'text/javascript; charset=utf-8')],
    ['chat.css', asset(output('.css'), 'text/css; charset=utf-8')],
    ['favicon.svg', asset(await source('favicon.svg'), 'image/svg+xml')],
  ]);
  let html = await source('index.html');
  for (const [name, { hash }] of assets) html = html.replace(`/assets/${name}`, `/assets/${name}?v=${hash}`);
  return { html: asset(html, 'text/html; charset=utf-8'), assets };
}

function asset(body: string, type: string): Asset {
  return { body, type, hash: createHash('sha256').update(body).digest('base64url').slice(0, 16) };
}
