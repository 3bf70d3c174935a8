import { homedir, hostname } from 'node:os';
import { PROJECT } from '../support/build.ts';

/** A worker's or client's name, which begins the name of its sticky queue: process and host. */
const IDENTITY = /\d+@[\w.-]+/g;

/** The same history without names of machine, process and folder; replay reads none of them. */
export function scrub<T>(node: T): T {
  return (Array.isArray(node) ? node.map((one) => scrub(one)) : scrubOne(node)) as T;
}

function scrubOne(node: unknown): unknown {
  if (typeof node === 'string') return scrubText(node);
  if (typeof node !== 'object' || node === null) return node;
  const isJson = 'metadata' in node && 'data' in node && typeof node.data === 'string';
  const fields = Object.entries(node).map(([key, value]): [string, unknown] => {
    if (key === 'stackTrace') return [key, ''];
    if (key === 'data' && isJson) return [key, inBase64(value as string)];
    return [key, scrub(value)];
  });
  return Object.fromEntries(fields);
}

function scrubText(text: string): string {
  return text
    .replaceAll(PROJECT.replace(/\/$/, ''), '/holdfast')
    .replaceAll(IDENTITY, '1@host')
    .replaceAll(hostname(), 'host')
    .replaceAll(homedir(), '/home/somebody');
}

/** Payloads are JSON, in base64. */
function inBase64(data: string): string {
  return Buffer.from(scrubText(Buffer.from(data, 'base64').toString())).toString('base64');
}
