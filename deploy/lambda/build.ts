import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gatewayFiles } from './gateway.ts';
import { ownConfig } from './own-config.ts';
import { ARCHITECTURES, type Architecture, workerFiles } from './worker.ts';
import { inMb, zipped } from './zip.ts';

const HELP = `npm run build:lambda -- [options]

Writes gateway.zip and worker.zip for AWS Lambda (docs/serverless.md), with holdfast.config.ts or the file that HOLDFAST_CONFIG names.

  --arch x86_64|arm64   the architecture of the functions; x86_64 if not given
  --out folder          where the zips go; build/lambda if not given`;

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'x86_64' },
    out: { type: 'string', default: 'build/lambda' },
    help: { type: 'boolean', short: 'h' },
  },
});

function architecture(name: string): Architecture {
  if (Object.hasOwn(ARCHITECTURES, name)) return name as Architecture;
  throw new Error(`--arch: must be one of ${Object.keys(ARCHITECTURES).join(', ')}, not "${name}"`);
}

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const arch = architecture(values.arch);
  const config = ownConfig();
  const parts = { gateway: await gatewayFiles(config), worker: await workerFiles(config, arch) };
  await mkdir(values.out, { recursive: true });
  for (const [name, files] of Object.entries(parts)) {
    const { zip, unzipped } = zipped(name, files);
    const file = path.join(values.out, `${name}.zip`);
    await writeFile(file, zip);
    console.log(`${file}: ${inMb(zip.length)} zipped, ${inMb(unzipped)} unpacked`);
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
