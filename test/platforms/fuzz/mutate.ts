import * as fc from 'fast-check';

/** One change of a recorded body. */
export interface Edit {
  /** Which of its places, counted round. */
  at: number;
  how: 'replace' | 'remove' | 'repeat' | 'nest';
  value: unknown;
}

const HARD: unknown[] = [
  [null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], [null]],
  ['', ' ', '\n', '\u0000', '\ud800', 'a\udc00', '\u2028', '\ufffd', '0', '-1', 'NaN', '1e999', '[]', '{}'],
  [
    '__proto__',
    'constructor',
    '../..',
    '/',
    'a/b/c',
    '%00',
    'https://',
    'https://[',
    'data:,',
    ']]>',
    '<!--',
  ],
  ['x'.repeat(257), 'x'.repeat(3_000), 'ü'.repeat(40_000), '\ud83d'.repeat(300)],
].flat();

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'repeat', 'nest'),
  value: fc.oneof(fc.constantFrom(...HARD), fc.string({ unit: 'binary', maxLength: 30 }), fc.jsonValue()),
});

export const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

/** Copies of copies would grow without end. */
const LONGEST = 200_000;

/** The JSON with places of it changed. */
export function mutateJson(body: string, changes: readonly Edit[]): string {
  const root = { body: JSON.parse(body) as unknown };
  for (const { at, how, value } of changes) {
    const places = placesIn(root);
    const place = places[at % places.length];
    if (!place) continue;
    const [holder, key] = place;
    const before = holder[key];
    // Copies, because a later change may be inside them: what an edit holds serves many bodies, and never changes.
    if (how === 'replace') holder[key] = structuredClone(value);
    else if (how === 'remove') delete holder[key];
    else if (how === 'nest') holder[key] = nested(before);
    else holder[key] = Array.from({ length: 40 }, () => structuredClone(before));
    if (JSON.stringify(root).length > LONGEST) break;
  }
  return JSON.stringify(root.body ?? null);
}

type Holder = Record<string, unknown>;

/** Every member of every object and array. */
export function placesIn(holder: unknown): [holder: Holder, key: string][] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.keys(holder).flatMap((key) => {
    const inner = placesIn((holder as Holder)[key]);
    inner.unshift([holder as Holder, key]);
    return inner;
  });
}

function nested(value: unknown): unknown {
  return Array.from({ length: 60 }).reduce((inner) => ({ inner }), value);
}

const ELEMENT = /<(\w+)>(?:<!\[CDATA\[[^]*?\]\]>|[^<]*)<\/\1>/g;

/** The XML with elements of it changed. */
export function mutateXml(body: string, changes: readonly Edit[]): string {
  let xml = body;
  for (const { at, how, value } of changes) {
    const places = [...xml.matchAll(ELEMENT)];
    const place = places[at % places.length];
    if (!place) continue;
    const [whole, name] = place;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const content = at % 2 === 0 ? text : `<![CDATA[${text.replaceAll(']]>', '')}]]>`;
    const changed = {
      replace: `<${name}>${content}</${name}>`,
      remove: '',
      repeat: whole.repeat(3),
      nest: `${'<a>'.repeat(60)}${whole}${'</a>'.repeat(60)}`,
    };
    xml = xml.slice(0, place.index) + changed[how] + xml.slice(place.index + whole.length);
  }
  return xml;
}
