import { XMLParser } from 'fast-xml-parser';
import type { z } from 'zod';
import { WebhookRefused } from '../platform.ts';

/** Tencent's messages are `<xml>` with fields, and at most lists of fields in them. */
const MAX_NESTING = 8;

/** No entities: texts come as CDATA. No numbers: message ids have more digits than a number can hold. */
const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  maxNestedTags: MAX_NESTING,
});

/** The fields of an `<xml>` of this shape. Refused: 400 `invalid_xml`, or 400 `invalid_message` naming the first wrong field. */
export function readXml<T>(xml: string, shape: z.ZodType<T>): T {
  const fields = parseXml(xml);
  if (fields === undefined) throw new WebhookRefused(400, 'invalid_xml', 'The body is not XML in UTF-8.');
  const parsed = shape.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw new WebhookRefused(400, 'invalid_message', `${field}: ${issue?.message ?? 'invalid'}`);
}

/** What is inside `<xml>`; undefined if the text is no such XML. */
export function parseXml(xml: string): unknown {
  try {
    const { xml: root } = parser.parse(xml, true) as { xml?: unknown };
    return root;
  } catch {
    return undefined;
  }
}

/** The body as text; empty if it is not UTF-8. */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return '';
  }
}
