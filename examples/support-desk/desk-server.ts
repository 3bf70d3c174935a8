import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

/** An MCP server with the articles and tickets of a small shop. Any other MCP server does as well. */
const FILE = path.resolve(process.env.DESK_FILE ?? 'desk.json');

interface Desk {
  tickets: Record<string, { subject: string; text: string }>;
  refunds: { order: string; euros: number }[];
}

const ARTICLES = [
  { title: 'Returns', text: 'Unused goods can be returned within 30 days. The shop pays for the parcel.' },
  { title: 'Broken on arrival', text: 'Send a picture. We replace it, or give the money back.' },
  { title: 'Flat tyre', text: 'A patch holds for years. Bring the wheel, it takes ten minutes.' },
];

async function read(): Promise<Desk> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as Desk;
  } catch {
    return { tickets: {}, refunds: [] };
  }
}

async function write(desk: Desk): Promise<void> {
  await mkdir(path.dirname(FILE), { recursive: true });
  await writeFile(`${FILE}.new`, JSON.stringify(desk, null, 2));
  await rename(`${FILE}.new`, FILE);
}

const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
const server = new McpServer({ name: 'desk', version: '1.0.0' });

server.registerTool(
  'search_articles',
  {
    description: 'Search the articles for customers.',
    inputSchema: { words: z.string().min(1) },
    annotations: { readOnlyHint: true },
  },
  ({ words }) => {
    const wanted = words.toLowerCase().split(/\s+/);
    const found = ARTICLES.filter((article) =>
      wanted.some((word) => `${article.title} ${article.text}`.toLowerCase().includes(word)),
    );
    return text(found.map((article) => `${article.title}: ${article.text}`).join('\n') || 'Nothing found.');
  },
);

server.registerTool(
  'open_ticket',
  {
    description: 'Open a ticket for a person of the shop to look at.',
    inputSchema: { subject: z.string().min(1).max(100), text: z.string().max(2_000) },
    annotations: { idempotentHint: true, destructiveHint: false },
  },
  async (ticket, { _meta }) => {
    const desk = await read();
    // The same call again, after a crash, finds its ticket by the key that holdfast gives every run of it.
    const given = _meta?.['holdfast/idempotencyKey'];
    const key = typeof given === 'string' ? given : `ticket-${Object.keys(desk.tickets).length}`;
    desk.tickets[key] ??= ticket;
    await write(desk);
    return text(`Ticket ${Object.keys(desk.tickets).indexOf(key) + 1} is open.`);
  },
);

server.registerTool(
  'refund',
  {
    description: 'Give a customer money back.',
    inputSchema: { order: z.string().min(1).max(40), euros: z.number().positive().max(500) },
    annotations: { destructiveHint: true },
  },
  async (refund) => {
    const desk = await read();
    await write({ ...desk, refunds: [...desk.refunds, refund] });
    return text(`${refund.euros} euros are on their way for order ${refund.order}.`);
  },
);

await server.connect(new StdioServerTransport());
