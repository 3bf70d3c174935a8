import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createTemporalClient, temporalConnectConfig } from '../../config/temporal.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { hasOpenssl, makeTlsFiles, NO_OPENSSL, type TlsFiles } from '../support/tls-files.ts';

quietRuntime();

const openssl = hasOpenssl();
/** A gRPC message without any field. */
const EMPTY = Buffer.alloc(5);

/** A call of Temporal's API as it arrived: over TLS, by whom, with which key. */
interface Call {
  client: string | undefined;
  authorization: string | undefined;
}

/** What the variables and files say is how gateways and workers reach a server, which here is one that demands TLS. */
describe.skipIf(!openssl)(`reaching Temporal${openssl ? '' : ` (${NO_OPENSSL})`}`, () => {
  let files: TlsFiles;
  let server: Http2SecureServer;
  let address: string;
  let calls: Call[];

  beforeAll(async () => {
    files = makeTlsFiles(inject('scratch'));
    server = createSecureServer({
      cert: readFileSync(files.server.cert),
      key: readFileSync(files.server.key),
      ca: readFileSync(files.ca),
      requestCert: true,
      rejectUnauthorized: false,
    });
    server.on('stream', (stream, headers) => {
      const socket = stream.session?.socket as TLSSocket | undefined;
      calls.push({
        client: socket?.authorized ? (socket.getPeerCertificate().subject.CN as string) : undefined,
        authorization: headers.authorization,
      });
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(EMPTY);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  beforeEach(() => {
    calls = [];
    for (const name of Object.keys(process.env).filter((one) => one.startsWith('TEMPORAL_')))
      vi.stubEnv(name, undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  const set = (variables: Record<string, string>) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  };
  async function reach(): Promise<Call & { namespace: string }> {
    // As a gateway does, and as a worker does.
    const client = createTemporalClient();
    await client.workflowService.describeNamespace({ namespace: client.options.namespace });
    await client.connection.close();
    const connection = await NativeConnection.connect(temporalConnectConfig().connectionOptions);
    await connection.close();
    const [first, ...others] = calls;
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
    return { ...(first as Call), namespace: client.options.namespace };
  }
  const trusted = () => ({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.ca });

  it('with an API key: over TLS, the key as bearer', async () => {
    set({ ...trusted(), TEMPORAL_API_KEY: 'key-of-the-tests', TEMPORAL_NAMESPACE: 'chat.a1b2c' });
    const { authorization, namespace } = await reach();
    expect(authorization).toBe('Bearer key-of-the-tests');
    expect(namespace).toBe('chat.a1b2c');
  });

  it('with a client certificate, from files or from the variables themselves', async () => {
    const { cert, key } = files.client;
    set({ ...trusted(), TEMPORAL_TLS_CLIENT_CERT_PATH: cert, TEMPORAL_TLS_CLIENT_KEY_PATH: key });
    expect(await reach()).toMatchObject({ client: 'holdfast', namespace: 'default' });
    vi.unstubAllEnvs();
    calls = [];
    set({
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: readFileSync(files.ca, 'utf8'),
      TEMPORAL_TLS_CLIENT_CERT_DATA: readFileSync(cert, 'utf8'),
      TEMPORAL_TLS_CLIENT_KEY_DATA: readFileSync(key, 'utf8'),
    });
    expect(await reach()).toMatchObject({ client: 'holdfast' });
  });

  it('by a profile of a file, with a variable in place of what it says', async () => {
    const folder = await mkdtemp(path.join(inject('scratch'), 'profile-'));
    const file = path.join(folder, 'temporal.toml');
    await writeFile(
      file,
      `[profile.production]
address = "${address}"
namespace = "of-the-file"
api_key = "key-of-the-file"

[profile.production.tls]
server_ca_cert_path = "${files.ca}"
server_name = "temporal.example"
`,
    );
    set({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'production' });
    expect(await reach()).toMatchObject({
      namespace: 'of-the-file',
      authorization: 'Bearer key-of-the-file',
    });
    set({ TEMPORAL_NAMESPACE: 'of-the-variable' });
    expect(await reach()).toMatchObject({ namespace: 'of-the-variable' });
    set({ TEMPORAL_PROFILE: 'staging' });
    expect(() => temporalConnectConfig()).toThrow(/staging/);
  });

  it('not at all where the server is signed by somebody unknown', async () => {
    set({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true' });
    const client = createTemporalClient();
    const asked = client.withDeadline(Date.now() + 3_000, () =>
      client.workflowService.describeNamespace({ namespace: 'default' }),
    );
    await expect(asked).rejects.toThrow();
    await client.connection.close();
    expect(calls).toEqual([]);
  });
});
