import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ModuleItem,
  parse,
  print,
  type TsInterfaceDeclaration,
  type TsTypeAliasDeclaration,
} from '@swc/core';
import { PROJECT } from './build.ts';

type Declaration = TsInterfaceDeclaration | TsTypeAliasDeclaration;

/** Types of these folders by their names, without comments. */
export class Declarations {
  readonly #byName: ReadonlyMap<string, Declaration[]>;

  private constructor(byName: ReadonlyMap<string, Declaration[]>) {
    this.#byName = byName;
  }

  static async of(...folders: string[]): Promise<Declarations> {
    const byName = new Map<string, Declaration[]>();
    for (const folder of folders) {
      const root = path.join(PROJECT, folder);
      for (const file of (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'))) {
        const { body } = await parse(await readFile(path.join(root, file), 'utf8'), { syntax: 'typescript' });
        for (const found of body.map(declarationIn))
          if (found) byName.set(found.id.value, [...(byName.get(found.id.value) ?? []), found]);
      }
    }
    return new Declarations(byName);
  }

  /** A type and every type that it is made of, as source text in the order of their names. Throws for a name that two have. */
  async reachableFrom(...roots: string[]): Promise<string> {
    const reached = new Map<string, Declaration>();
    const reach = (name: string) => {
      const [declaration, another] = this.#byName.get(name) ?? [];
      if (another) throw new Error(`two types have the name ${name}: rename one`);
      if (!declaration || reached.has(name)) return;
      reached.set(name, declaration);
      for (const mentioned of namesIn(declaration)) reach(mentioned);
    };
    for (const root of roots) {
      if (!this.#byName.has(root)) throw new Error(`there is no type ${root}`);
      reach(root);
    }
    const body = [...reached]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([, declaration]) => declaration);
    const span = { start: 0, end: 0, ctxt: 0 };
    return (await print({ type: 'Module', span, body, interpreter: '' })).code.replace(/^#!\n/, '');
  }
}

function declarationIn(item: ModuleItem): Declaration | undefined {
  const inner = item.type === 'ExportDeclaration' ? item.declaration : item;
  return inner.type === 'TsInterfaceDeclaration' || inner.type === 'TsTypeAliasDeclaration'
    ? inner
    : undefined;
}

/** Every identifier in a syntax tree; those that name no type do no harm. */
function namesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'type' in node && node.type === 'Identifier' && 'value' in node ? [String(node.value)] : [];
  return [...own, ...Object.values(node).flatMap(namesIn)];
}
