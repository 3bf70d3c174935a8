import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The four steps, which every peer takes alike: the world's model and platform by HTTP, and a tool that is instant. */

export interface Said {
  role: 'user' | 'tool' | 'assistant';
  text: string;
}

export interface Incoming {
  conversation: string;
  id: string;
  text: string;
}

const { WORLD_URL = '' } = process.env;
const agent = new Agent({ keepAlive: true });

export async function callModel(messages: Said[]): Promise<{ tool?: string; say?: string }> {
  return JSON.parse(await post('/model', { messages }));
}

export function lookUp(query: string): string {
  return `result(${query})`;
}

export async function deliver({ conversation, id }: Incoming, said: string): Promise<void> {
  await post('/replies', { conversation, inReplyTo: id, text: said });
}

async function post(path: string, content: object): Promise<string> {
  const body = JSON.stringify(content);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(`${WORLD_URL}${path}`, { method: 'POST', agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 300) reject(new Error(`${path} answered ${statusCode}`));
      text(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
