import { createServer } from 'node:http2';
import { createEndpointHandler, object } from '@restatedev/restate-sdk';
import { callModel, deliver, lookUp } from '../steps.ts';

/** A Virtual Object a conversation: one message at a time, and the transcript in its state. */
const conversation = object({
  name: 'conversation',
  handlers: {
    async message(context, message) {
      const transcript = (await context.get('transcript')) ?? [];
      transcript.push({ role: 'user', text: message.text });
      let answer = await context.run('first model call', () => callModel(transcript));
      if (answer.tool) {
        const result = await context.run('tool', () => lookUp(message.text));
        transcript.push({ role: 'tool', text: result });
        answer = await context.run('second model call', () => callModel(transcript));
      }
      transcript.push({ role: 'assistant', text: answer.say });
      context.set('transcript', transcript);
      await context.run('deliver', () => deliver(message, answer.say));
    },
  },
});

// The SDK's own `serve` listens on every interface.
createServer(createEndpointHandler({ services: [conversation] })).listen(
  Number(process.env.PORT),
  '127.0.0.1',
  () => console.log('ready'),
);
