import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { isKey } from '../access.ts';
import { Session } from '../session.ts';

const MAX_FORM = 4096;

/** Temporal's UI may be on another site. */
export const codecSession = new Session('holdfast-codec', { isUsedElsewhere: true });

/** The page where a person signs in, so that Temporal's UI in the same browser may have values decrypted. */
export function createSignIn(apiKeys: readonly string[], ui: string | undefined): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.get('/', async (context) => {
    if (apiKeys.length === 0)
      return context.html(page(html`<p>Programs and pages of this machine need no key.</p>`));
    return context.html(
      page((await codecSession.isIn(context, apiKeys)) ? signedIn(context.req.url, ui) : form()),
    );
  });
  app.post('/sign-in', bodyLimit({ maxSize: MAX_FORM }), async (context) => {
    const { key } = await context.req.parseBody();
    if (typeof key !== 'string' || !isKey(key, apiKeys))
      return context.html(page(form('This is none of HOLDFAST_API_KEYS.')), 401);
    await codecSession.begin(context, key);
    return context.redirect('/', 303);
  });
  app.post('/sign-out', (context) => {
    codecSession.end(context);
    return context.redirect('/', 303);
  });
  return app;
}

type Html = ReturnType<typeof html>;

function page(content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>holdfast codec server</title>
      <style>
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { max-width: 34rem; margin: 10vh auto; padding: 0 1rem; }
        input, button { font: inherit; padding: 0.4rem 0.7rem; }
        code { overflow-wrap: anywhere; }
      </style>
      <h1>holdfast codec server</h1>
      ${content}
    </html>`;
}

function form(problem = ''): Html {
  return html`<p>It decrypts what Temporal's UI shows. Sign in with one of <code>HOLDFAST_API_KEYS</code>.</p>
    <form method="post" action="/sign-in">
      <label>Key <input name="key" type="password" autocomplete="current-password" required autofocus /></label>
      <button>Sign in</button>
    </form>
    <p role="alert">${problem}</p>`;
}

function signedIn(url: string, ui: string | undefined): Html {
  return html`<p>You are signed in for twelve hours.</p>
    <p>Once in each browser, tell ${ui ? html`<a href="${ui}">Temporal's UI</a>` : "Temporal's UI"} to say who asks: click the glasses in its top bar, open
      <i>Use Cluster-level setting</i> and choose <i>Use my browser setting</i> there, enter <code>${new URL(url).origin}</code>, turn on
      <i>Include cross-origin credentials</i>, and apply.</p>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}
