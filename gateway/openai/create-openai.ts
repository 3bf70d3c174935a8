import { Hono } from 'hono';
import { HttpError } from '../errors.ts';
import type { OpenAiDependencies } from './ask.ts';
import { chatCompletions } from './chat-completions.ts';
import { describeModel, modelsOf } from './models.ts';
import { responses } from './responses.ts';

/** What programs made for OpenAI's API speak, to be mounted at `/v1`: each request is a turn of a durable conversation. */
export function createOpenAi(dependencies: OpenAiDependencies): Hono {
  const models = modelsOf(dependencies.agents);
  const app = new Hono();
  app.post('/chat/completions', (context) => chatCompletions(context, dependencies));
  app.post('/responses', (context) => responses(context, dependencies));
  app.get('/models', (context) => context.json({ object: 'list', data: models.map(describeModel) }));
  app.get('/models/:model', (context) => {
    const model = context.req.param('model');
    if (!models.includes(model)) throw new HttpError(404, 'model_not_found', `there is no model "${model}"`);
    return context.json(describeModel(model));
  });
  return app;
}
