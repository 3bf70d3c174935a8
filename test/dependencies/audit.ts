import { execFile } from 'node:child_process';

interface Report {
  error?: { summary?: string };
  message?: string;
  vulnerabilities?: Record<
    string,
    { severity: string; range: string; via: (string | { title: string; url: string })[] }
  >;
}

const SEVERE = new Set(['high', 'critical']);

/** `npm run check:audit`: exits with 1 if a severe weakness is known of what runs in production. A registry without audits is told of. */
const report = await audit();
if (!report.vulnerabilities) {
  console.log(
    `Not audited: the registry does not tell of weaknesses (${report.message ?? report.error?.summary ?? 'no answer'}).`,
  );
} else {
  const found = Object.entries(report.vulnerabilities).filter(([, { severity }]) => SEVERE.has(severity));
  for (const [name, { severity, range, via }] of found) {
    const why = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} ${one.url}`));
    console.error(`${name} ${range}: ${severity}: ${why.join('; ')}`);
  }
  if (found.length === 0) console.log('Audited: no severe weakness is known of what runs in production.');
  process.exitCode = found.length > 0 ? 1 : 0;
}

function audit(): Promise<Report> {
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { maxBuffer: 64 * 1024 * 1024 }, (_, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        resolve({});
      }
    });
  });
}
