import type { Ref } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SendIcon } from './icons.tsx';

export interface ComposerHandle {
  /** Puts a text there to be edited. */
  write(text: string): void;
}

interface ComposerProps {
  handle: Ref<ComposerHandle>;
  placeholder?: string;
  onSend(text: string): void;
}

/** Where the user writes: Enter sends, Shift+Enter begins a line. */
export function Composer({ handle, placeholder = 'Write a message', onSend }: ComposerProps) {
  const [text, setText] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);

  useImperativeHandle(handle, () => ({
    write: (given) => {
      setText(given);
      area.current?.focus();
    },
  }));
  // On a phone, focus would open the keyboard over the conversation.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) area.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${area.current.scrollHeight}px`;
  }, [text]);

  function submit(event: Event): void {
    event.preventDefault();
    if (text.trim() === '') return;
    onSend(text.trim());
    setText('');
    area.current?.focus();
  }

  return (
    <form class="composer" onSubmit={submit}>
      <label class="sr-only" for="message">
        Message
      </label>
      <textarea
        id="message"
        ref={area}
        rows={1}
        placeholder={placeholder}
        value={text}
        enterkeyhint="send"
        aria-describedby="keys"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
        }}
      />
      <button type="submit" aria-label="Send" disabled={text.trim() === ''}>
        <SendIcon />
      </button>
      <p id="keys" class="sr-only">
        Enter sends, Shift and Enter begin a new line.
      </p>
    </form>
  );
}
