import { check } from './check.ts';

const TO_JSON = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';

/** What a YAML document says, read by the linters' Python. */
export function readYaml(python: string, text: string): unknown {
  const { ok, words } = check(python, ['-c', TO_JSON], text);
  if (!ok) throw new Error(words);
  return JSON.parse(words);
}
