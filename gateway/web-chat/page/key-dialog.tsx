import { useEffect, useRef } from 'preact/hooks';
import { apiKey } from './api.ts';

/** Asks for the bearer key; it is kept for as long as the tab is open. */
export function KeyDialog({ onKey }: { onKey(key: string): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const key = new FormData(event.target as HTMLFormElement).get('key');
    // Anything else cannot be sent in a header.
    if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key.trim())) onKey(key.trim());
  }

  return (
    <dialog ref={dialog} aria-labelledby="key-title" onClose={() => dialog.current?.showModal()}>
      <form onSubmit={submit}>
        <h2 id="key-title">This gateway asks for a key</h2>
        <p>It is one of those in its HOLDFAST_API_KEYS. It stays in this tab and is forgotten with it.</p>
        {apiKey.get() !== null && (
          <p class="wrong" role="alert">
            That key was not accepted.
          </p>
        )}
        <label for="key">Key</label>
        <input id="key" name="key" type="password" autocomplete="off" required />
        <button type="submit">Continue</button>
      </form>
    </dialog>
  );
}
