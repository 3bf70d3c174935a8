/** A state as it was written, perhaps by another version of holdfast. The first ones said no version. */
export interface Written {
  version?: number;
}

/** Makes of a state of one version that of the next. */
export type Migration = (state: Record<string, unknown>) => Record<string, unknown>;

/** How the state that a workflow carries from run to run is written and read. */
export interface Schema<State extends object> {
  /** The version of the states that are written. */
  version: number;
  write(state: State): State & Written;
  /** Throws for a state of a newer holdfast, or one that no holdfast wrote. */
  read(written: Written): State;
}

/**
 * A schema with its migrations, from version 1 on and in order. `what` names the state in errors.
 *
 * What `read` throws is no failure that a workflow could end with: only its task fails, and is tried again until a worker that
 * knows the version takes it.
 */
export function defineSchema<State extends object>(
  what: string,
  migrations: readonly Migration[] = [],
): Schema<State> {
  const newest = migrations.length + 1;
  return {
    version: newest,
    write: (state) => ({ ...state, version: newest }),
    read({ version = 1, ...state }) {
      if (!(Number.isInteger(version) && version >= 1 && version <= newest))
        throw new Error(
          `${what} has version ${version}, and this holdfast knows those up to ${newest}. A newer one wrote it: run ` +
            'workers of that one, and promote its version (docs/upgrading.md). Nothing is lost until then.',
        );
      return migrations
        .slice(version - 1)
        .reduce<Record<string, unknown>>((old, migrate) => migrate(old), state) as State;
    },
  };
}
