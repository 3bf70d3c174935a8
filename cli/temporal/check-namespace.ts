import { Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { temporalConnectConfig } from '../../config/temporal.ts';
import { UserError } from '../user-error.ts';
import { SEARCH_ATTRIBUTES, type SearchAttribute, typeName } from './search-attributes.ts';

/**
 * Adds the search attributes that the namespace of this environment lacks.
 * Throws a UserError with the commands that do it, where this client may not.
 */
export async function checkNamespace(env: NodeJS.ProcessEnv): Promise<void> {
  const { connectionOptions, namespace } = temporalConnectConfig(env);
  const connection = await Connection.connect(connectionOptions);
  try {
    await addSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}

/** The same by a connection that is there. */
export async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => customAttributes?.[name] === undefined);
  if (missing.length > 0) await add(connection, namespace, missing);
}

async function add(connection: Connection, namespace: string, missing: SearchAttribute[]): Promise<void> {
  const searchAttributes = Object.fromEntries(
    missing.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type) ?? 0]),
  );
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    const commands = missing.map(
      (key) =>
        `  temporal operator search-attribute create --namespace ${namespace} --name ${key.name} --type ${typeName(key)}`,
    );
    throw new UserError(
      `The namespace "${namespace}" lacks search attributes, and adding them was refused: ${(error as Error).message}\n` +
        `Add them with an account that may (on Temporal Cloud in the namespace's settings):\n${commands.join('\n')}`,
    );
  }
}
