import { Hono } from 'hono';

/** `GET /openapi.json`, to be mounted at `/v1`. */
export function createOpenApi(): Hono {
  const app = new Hono();
  let document: object | undefined;
  app.get('/openapi.json', async (context) => {
    // Few ask for it: it must not cost a start anything.
    const { describeApi } = await import('./document.ts');
    document ??= describeApi();
    return context.json(document);
  });
  return app;
}
