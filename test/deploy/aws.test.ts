import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { check, type Verdict } from './support/check.ts';
import { installLinters, noLinters } from './support/linters.ts';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

const TEMPLATE = fileURLToPath(new URL('../../deploy/aws/template.yaml', import.meta.url));
const TRANSFORM = fileURLToPath(new URL('./support/transform-sam.py', import.meta.url));
const LINT = 'from cfnlint.runner import main; main()';
const text = readFileSync(TEMPLATE, 'utf8');
/** Which module each zip's handlers are in. */
const MODULES: Record<string, string> = {
  'gateway.zip': '../../gateway/lambda/',
  'worker.zip': '../../workers/',
};

describe.skipIf(noLinters)(
  `the AWS template${noLinters ? ` (${noLinters})` : ''}`,
  { timeout: 120_000 },
  () => {
    let python: string;
    beforeAll(async () => {
      python = await installLinters();
    }, 600_000);

    async function file(template: string): Promise<string> {
      const name = path.join(await mkdtemp(path.join(inject('scratch'), 'aws-')), 'template.yaml');
      writeFileSync(name, template);
      return name;
    }
    const lint = async (template: string): Promise<Verdict> =>
      check(python, ['-c', LINT, '--regions', 'eu-central-1', '--', await file(template)]);
    const transform = async (template: string) => check(python, ['-B', TRANSFORM, await file(template)]);

    it('is one that CloudFormation takes, as it is and as AWS transforms it', async () => {
      expect(await lint(text)).toEqual({ ok: true, words: '' });
      const transformed = await transform(text);
      expect(transformed.ok, transformed.words).toBe(true);
      expect(await lint(transformed.words)).toEqual({ ok: true, words: '' });
      const { Resources } = JSON.parse(transformed.words) as { Resources: Record<string, Resource> };
      const all = Object.values(Resources);
      const functions = all.filter(({ Type }) => Type === 'AWS::Lambda::Function');
      expect(functions).toHaveLength(2);
      for (const { Properties } of functions) {
        const zip = /build\/lambda\/(\w+\.zip)/.exec(JSON.stringify(Properties['Code']))?.[1] ?? '';
        const [module] = String(Properties['Handler']).split('.');
        expect(existsSync(new URL(`${MODULES[zip]}${module}.ts`, import.meta.url)), zip).toBe(true);
      }
      expect(all.filter(({ Type }) => Type === 'AWS::Lambda::Version')).toHaveLength(1);
    });

    it.each([
      ['MemorySize: 512', 'MemorySize: 64', 'less than'],
      ['Runtime: nodejs24.x', 'Runtime: nodejs2.x', 'nodejs2.x'],
      ['!GetAtt Invoke.Arn', '!GetAtt Invoker.Arn', 'Invoker'],
    ])('with %s written as %s would not be', async (right, wrong, fault) => {
      expect(text).toContain(right);
      const { words } = await transform(text.replace(right, wrong));
      expect((await lint(words)).words).toMatch(new RegExp(`^E\\d{4} .*${fault}`));
    });

    it('has no secret in it, only where it is', () => {
      const secrets = text.match(/^ +\w*(KEYS?|TOKEN|SECRET): .*$/gm) ?? [];
      expect(secrets.length).toBeGreaterThan(3);
      for (const line of secrets) expect(line).toContain('{{resolve:secretsmanager:');
    });
  },
);
