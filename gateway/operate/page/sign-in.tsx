import { useState } from 'preact/hooks';
import { Logo } from '../../web-chat/page/icons.tsx';
import { Refused, signIn } from './api.ts';

/** Asks for a key; the browser then has a session, and forgets the key. */
export function SignIn({ onSignedIn }: { onSignedIn(): void }) {
  const [problem, setProblem] = useState<string>();

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = new FormData(event.target as HTMLFormElement).get('key');
    if (typeof key !== 'string') return;
    try {
      await signIn(key.trim());
      onSignedIn();
    } catch (error) {
      const isWrong = error instanceof Refused && error.status === 401;
      setProblem(isWrong ? 'That key was not accepted.' : 'The gateway does not answer.');
    }
  }

  return (
    <main class="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>
          <Logo /> holdfast <span class="where">operate</span>
        </h1>
        <p>Sign in with one of the keys in this gateway’s HOLDFAST_API_KEYS.</p>
        {problem !== undefined && (
          <p class="wrong" role="alert">
            {problem}
          </p>
        )}
        <label for="key">Key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required />
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
}
