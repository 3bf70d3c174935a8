import { runInNewContext } from 'node:vm';
import { z } from 'zod';

/** A JSON Schema, as an object. */
type JsonSchema = Record<string, unknown>;

export interface InputSchema {
  /** What the arguments are checked by; they go to the server as the model wrote them. */
  input: z.ZodType;
  /** What the model sees; undefined if the server's own would make a provider refuse the whole request. */
  shown: JsonSchema | undefined;
}

const LONGEST_SHOWN = 32_000;
/** Some schemas, of servers that mean harm, take for ever to check by. */
const CHECK_MS = 500;
/** Providers do not take these at the top. */
const NOT_AT_THE_TOP = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref'];

const typeName = z.enum(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const schema: z.ZodType = z.lazy(() => z.union([z.boolean(), schemaObject]));
const schemas = z.record(z.string(), schema).optional();
const schemaList = z.array(schema).min(1).optional();
const text = z.string().optional();
const count = z.number().optional();
/** The form of a JSON Schema, in what matters to providers. */
const schemaObject = z.looseObject({
  type: z.union([typeName, z.array(typeName).min(1)]).optional(),
  title: text,
  description: text,
  $ref: text,
  pattern: text,
  format: text,
  properties: schemas,
  patternProperties: schemas,
  $defs: schemas,
  definitions: schemas,
  additionalProperties: schema.optional(),
  items: z.union([schema, z.array(schema)]).optional(),
  prefixItems: schemaList,
  anyOf: schemaList,
  oneOf: schemaList,
  allOf: schemaList,
  not: schema.optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: count,
  maximum: count,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
});

/** Reads the `inputSchema` of a tool, whatever it is. */
export function readInputSchema(given: unknown): InputSchema {
  const form = z.record(z.string(), z.unknown()).safeParse(given).data;
  if (!form || (form.type !== undefined && form.type !== 'object'))
    return { input: z.looseObject({}), shown: undefined };
  const full = { type: 'object', properties: {}, ...form };
  return { input: checkedBy(full), shown: isShowable(full) ? full : undefined };
}

function isShowable(full: JsonSchema): boolean {
  if (NOT_AT_THE_TOP.some((key) => key in full)) return false;
  try {
    return JSON.stringify(full).length <= LONGEST_SHOWN && schemaObject.safeParse(full).success;
  } catch {
    // Nested too deeply.
    return false;
  }
}

function checkedBy(full: JsonSchema): z.ZodType {
  let read: z.ZodType;
  try {
    read = z.fromJSONSchema(withoutFormats(full), { registry: z.registry() });
  } catch {
    // What zod cannot read, the server checks alone.
    return z.looseObject({});
  }
  return z.unknown().superRefine((value, { addIssue }) => {
    for (const { path, message } of issues(read, value)) addIssue({ code: 'custom', path, message });
  });
}

/** Formats are only remarks in JSON Schema, and zod is stricter with some of them than servers are. */
function withoutFormats(full: JsonSchema): z.core.JSONSchema.JSONSchema {
  return JSON.parse(JSON.stringify(full), (key, value: unknown) =>
    key === 'format' && typeof value === 'string' ? undefined : value,
  );
}

/** The context is there only for its time limit, which holds for all that it calls. */
function issues(read: z.ZodType, value: unknown): z.core.$ZodIssue[] {
  const check = () => read.safeParse(value).error?.issues ?? [];
  try {
    return runInNewContext('check()', { check }, { timeout: CHECK_MS });
  } catch {
    // Not to be found out: the server checks alone.
    return [];
  }
}
