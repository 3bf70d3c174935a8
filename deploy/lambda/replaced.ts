import type { Plugin } from 'esbuild';

/** Modules that are bundled with other code than they have, by their path: the code, and from where it imports. */
export type Replacements = Record<string, string>;

/** A plugin of esbuild that puts these in. It throws at the end if one of them was not asked for: its module has moved. */
export function replaced(replacements: Replacements): Plugin {
  const unused = new Set(Object.keys(replacements));
  return {
    name: 'replaced',
    setup(build) {
      build.onLoad({ filter: /./ }, ({ path }) => {
        const contents = replacements[path];
        if (contents === undefined) return undefined;
        unused.delete(path);
        return { contents, loader: 'js' };
      });
      build.onEnd(() => {
        if (unused.size > 0)
          throw new Error(`nothing imports ${[...unused].join(', ')}: it cannot be replaced`);
      });
    },
  };
}
