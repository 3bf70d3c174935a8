import { registerHooks } from 'node:module';

/**
 * Lets a config file that is not in this package's folder import `holdfast` and its libraries (`zod`) all the same: what cannot be
 * resolved from where the file is, is resolved from here. What the file has installed beside it comes first.
 */
export function resolveFromHere(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (/^[./]|^\w+:/.test(specifier)) throw error;
        try {
          return next(specifier, { ...context, parentURL: import.meta.url });
        } catch {
          throw error;
        }
      }
    },
  });
}
