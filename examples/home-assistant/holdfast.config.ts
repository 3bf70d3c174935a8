import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, defineTool } from 'holdfast';
import { z } from 'zod';

/**
 * A house to talk to: lights, heating and the front door, with reminders and memory, which every agent has. The house is
 * a JSON file here; put your own calls in the places of `read` and `write`.
 */
const HOUSE = path.resolve(process.env.HOUSE_FILE ?? '.holdfast/house.json');

interface House {
  lights: Record<string, boolean>;
  heating: number;
  door: 'locked' | 'unlocked';
}

async function read(): Promise<House> {
  try {
    return JSON.parse(await readFile(HOUSE, 'utf8')) as House;
  } catch {
    return { lights: {}, heating: 20, door: 'locked' };
  }
}

async function write(change: Partial<House>): Promise<House> {
  const house = { ...(await read()), ...change };
  await mkdir(path.dirname(HOUSE), { recursive: true });
  await writeFile(`${HOUSE}.new`, JSON.stringify(house, null, 2));
  await rename(`${HOUSE}.new`, HOUSE);
  return house;
}

const look = defineTool({
  name: 'look_around',
  description: 'How the house is: lights, heating, front door.',
  input: z.object({}),
  effect: 'read',
  run: read,
});

const light = defineTool({
  name: 'switch_light',
  description: 'Switch the light of a room on or off.',
  input: z.object({ room: z.string().min(1).max(40), on: z.boolean() }),
  effect: 'idempotent', // switching it on twice is switching it on
  run: async ({ room, on }) => write({ lights: { ...(await read()).lights, [room]: on } }),
});

const heating = defineTool({
  name: 'set_heating',
  description: 'Set the heating, in degrees Celsius.',
  input: z.object({ degrees: z.number().min(5).max(30) }),
  effect: 'idempotent',
  approval: ({ degrees }) => degrees > 23, // dear: somebody has to agree
  grantScope: ({ degrees }) => `up to ${Math.ceil(degrees)}°`,
  run: ({ degrees }) => write({ heating: degrees }),
});

const door = defineTool({
  name: 'unlock_door',
  description: 'Unlock the front door.',
  input: z.object({}),
  effect: 'once',
  approval: 'ask',
  run: () => write({ door: 'unlocked' }),
});

export default defineConfig({
  agent: {
    system:
      'You look after a house. Be brief and warm. Use your tools for the house, `schedule` for reminders and for what is to ' +
      'happen later, and `remember` for what people like. Say plainly what you did and what waits for somebody’s approval.',
    tools: [look, light, heating, door],
  },
  approvals: { expireHours: 2 },
  access: {
    people: {
      // Who may decide, on the platforms; the web chat on this machine always may. `/whoami` tells anyone their identity.
      ada: { role: 'owner', identities: ['telegram:123456', 'matrix:@ada:example.org'] },
    },
  },
});
