import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { DBOS, Error as errors } from '@dbos-inc/dbos-sdk';
import { callModel, deliver, lookUp } from '../steps.ts';

const TOPIC = 'message';
const A_DAY = { timeoutSeconds: 86_400 };
/** As the other engines do by default. */
const RETRIED = { retriesAllowed: true };

/** A workflow a conversation: one message at a time, and the transcript in its memory, which replay restores. */
const conversation = DBOS.registerWorkflow(
  async () => {
    const transcript = [];
    for (;;) {
      const message = await DBOS.recv(TOPIC, A_DAY);
      if (!message) continue;
      transcript.push({ role: 'user', text: message.text });
      let answer = await DBOS.runStep(() => callModel(transcript), { ...RETRIED, name: 'first model call' });
      if (answer.tool) {
        const result = await DBOS.runStep(async () => lookUp(message.text), { ...RETRIED, name: 'tool' });
        transcript.push({ role: 'tool', text: result });
        answer = await DBOS.runStep(() => callModel(transcript), { ...RETRIED, name: 'second model call' });
      }
      transcript.push({ role: 'assistant', text: answer.say });
      await DBOS.runStep(() => deliver(message, answer.say), { ...RETRIED, name: 'deliver' });
    }
  },
  { name: 'conversation' },
);

async function accept(message) {
  const workflowID = `conversation-${message.conversation}`;
  const send = () => DBOS.send(workflowID, message, TOPIC, message.id);
  try {
    await send();
  } catch (error) {
    if (!(error instanceof errors.DBOSNonExistentWorkflowError)) throw error;
    await DBOS.startWorkflow(conversation, { workflowID })();
    await send();
  }
}

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.DATABASE_URL, logLevel: 'warn' });
await DBOS.launch();
createServer((request, response) => {
  json(request)
    .then(accept)
    .then(
      () => response.writeHead(202).end(),
      (error) => response.writeHead(500).end(String(error)),
    );
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
