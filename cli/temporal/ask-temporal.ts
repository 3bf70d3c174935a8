import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { readEnvironment } from '../../config/environment.ts';
import { channelArgs, temporalConnectConfig } from '../../config/temporal.ts';
import { whyUnreadable } from '../../encryption/encryption-codec.ts';
import { UserError } from '../user-error.ts';

const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
/** gRPC's statuses for what took too long. */
const TOO_LONG = new Set([1, 4]);

/**
 * Asks the holdfast that runs at TEMPORAL_ADDRESS, or by default here. Throws a UserError if there is none, if no worker of
 * it answers, or if what it stores cannot be decrypted here.
 */
export async function askTemporal<T>(
  env: NodeJS.ProcessEnv,
  ask: (client: Client) => Promise<T>,
  answerMs = ANSWER_MS,
): Promise<T> {
  const { connectionOptions, ...options } = temporalConnectConfig();
  const { address = `127.0.0.1:${readEnvironment(env).HOLDFAST_TEMPORAL_PORT}` } = connectionOptions;
  const connection = await Connection.connect({
    ...connectionOptions,
    channelArgs,
    address,
    connectTimeout: CONNECT_MS,
  }).catch((error: Error) => {
    throw new UserError(
      `No Temporal server answers at ${address}: start holdfast first, or say where it is with TEMPORAL_ADDRESS. (${error.message})`,
    );
  });
  try {
    const client = new Client({ connection, ...options });
    return await client.withDeadline(Date.now() + answerMs, () => ask(client));
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (isGrpcServiceError(cause) && TOO_LONG.has(cause.code))
      throw new UserError(
        'No worker answered in time. Is one running? What you asked for may still be done by the next one.',
      );
    const unreadable = whyUnreadable(error);
    if (unreadable !== undefined) throw new UserError(unreadable);
    throw error;
  } finally {
    await connection.close();
  }
}
