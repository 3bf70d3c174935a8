import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Paths of PEM files: an authority, and what it has signed for a server at 127.0.0.1 and a client. */
export interface TlsFiles {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** What a test says that is skipped because nothing can make certificates here. */
export const NO_OPENSSL = 'there is no openssl on PATH: apt-get install openssl';

/** Whether there is an openssl; an error where tests must not be skipped (CI=true). */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI === 'true') throw new Error(NO_OPENSSL);
    return false;
  }
}

export function makeTlsFiles(scratch: string): TlsFiles {
  const folder = mkdtempSync(path.join(scratch, 'tls-'));
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const [ca, caKey] = [file('ca.pem'), file('ca.key')];
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-subj', '/CN=ca', '-days', '2');

  function signed(name: string, extensions: string): { cert: string; key: string } {
    const [cert, key, request, extra] = ['pem', 'key', 'csr', 'ext'].map((end) => file(`${name}.${end}`)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(extra, extensions);
    openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
    const by = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', extra];
    openssl('x509', '-req', '-in', request, '-out', cert, ...by);
    return { cert, key };
  }
  return {
    ca,
    server: signed('server', 'subjectAltName=IP:127.0.0.1,DNS:temporal.example'),
    client: signed('holdfast', 'extendedKeyUsage=clientAuth'),
  };
}
