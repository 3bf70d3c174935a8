import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A file of a page, ready to be served. */
export interface Asset {
  body: string;
  type: string;
  /** Changes with the body. */
  hash: string;
}

/** A page: its document, and by name what the document asks for from `assets/`. */
export interface Page {
  html: Asset;
  assets: ReadonlyMap<string, Asset>;
}

const ICON = new URL('favicon.svg', import.meta.url);

/** The end of the page before: to stop the bundler would take it away from the next one. */
let before: Promise<unknown> = Promise.resolve();

/** Bundles a page in memory: `main.tsx` and `{name}.css` of its folder as `{name}.js` and `{name}.css`, with the icon of all pages. */
export function bundlePage(folder: URL, name: string): Promise<Page> {
  const page = before.then(() => bundle(folder, name));
  before = page.catch(() => undefined);
  return page;
}

async function bundle(folder: URL, name: string): Promise<Page> {
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(folder),
    entryPoints: { script: 'main.tsx', style: `${name}.css` },
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
  const assets = new Map([
    [`${name}.js`, asset(output('.js'), 'text/javascript; charset=utf-8')],
    [`${name}.css`, asset(output('.css'), 'text/css; charset=utf-8')],
    ['favicon.svg', asset(await readFile(ICON, 'utf8'), 'image/svg+xml')],
  ]);
  let html = await readFile(new URL('index.html', folder), 'utf8');
  for (const [file, { hash }] of assets) html = html.replace(`/assets/${file}`, `/assets/${file}?v=${hash}`);
  return { html: asset(html, 'text/html; charset=utf-8'), assets };
}

function asset(body: string, type: string): Asset {
  return { body, type, hash: createHash('sha256').update(body).digest('base64url').slice(0, 16) };
}
