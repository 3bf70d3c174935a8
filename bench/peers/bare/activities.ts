import { callModel, lookUp } from '../steps.ts';

export { deliver } from '../steps.ts';

export async function first(text: string): Promise<string> {
  await callModel([{ role: 'user', text }]);
  return text;
}

export async function tool(query: string): Promise<string> {
  return lookUp(query);
}

export async function second(result: string): Promise<string> {
  return (await callModel([{ role: 'tool', text: result }])).say ?? '';
}
