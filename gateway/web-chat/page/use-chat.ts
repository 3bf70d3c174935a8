import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { apiKey, temporalLink } from './api.ts';
import { type ChatState, chatAfter, emptyChat } from './chat-state.ts';
import { type Connection, followConversation } from './event-stream.ts';
import { randomId } from './ids.ts';
import { Outbox } from './outbox.ts';
import type { ServerEvent } from './wire.ts';

export interface Chat {
  state: ChatState;
  connection: Connection;
  /** Address of the conversation in Temporal's UI. */
  link?: string;
  /** The gateway asks for a bearer key. */
  keyNeeded: boolean;
  /** What a screen reader is told: the newest reply to a message that was written here. */
  announcement: string;
  send(text: string): void;
  /** Takes a refused message back. */
  discard(id: string): void;
  giveKey(key: string): void;
}

/** A conversation, live: what is shown of it and what can be done with it. Fixed for the life of the component. */
export function useChat(conversation: string): Chat {
  const cursor = useRef(0);
  const writtenHere = useRef(new Set<string>());
  const [connection, setConnection] = useState<Connection>('connecting');
  const [keysGiven, setKeysGiven] = useState(0);
  const [keyNeeded, setKeyNeeded] = useState(false);
  const [announcement, setAnnouncement] = useState('');
  const [link, setLink] = useState<string>();
  const [outbox] = useState(
    () =>
      new Outbox({
        onSending: (where, id, sending, note) => {
          if (where === conversation)
            dispatch({ type: 'sending', id, sending, ...(note === undefined ? {} : { note }) });
        },
        onKeyNeeded: () => setKeyNeeded(true),
      }),
  );
  const [state, dispatch] = useReducer(chatAfter, undefined, () =>
    emptyChat(
      outbox.of(conversation).map(({ id, text, accepted }) => ({
        kind: 'user',
        id,
        text,
        sending: accepted ? 'accepted' : 'sending',
      })),
    ),
  );

  function onEvent(event: ServerEvent): void {
    if ('seq' in event) cursor.current = Math.max(cursor.current, event.seq);
    if (event.type === 'message') outbox.remove(event.id);
    if (event.type === 'reply') {
      for (const id of event.answers) outbox.remove(id);
      if (event.answers.some((id) => writtenHere.current.has(id))) setAnnouncement(event.text);
    }
    dispatch(event);
  }

  // A new key is a new connection.
  useEffect(
    () =>
      followConversation({
        conversation,
        after: () => cursor.current,
        onEvent,
        onConnection: (now) => {
          setConnection(now);
          if (now === 'key-needed') setKeyNeeded(true);
          if (now === 'live') void outbox.flush();
        },
      }),
    [keysGiven],
  );
  useEffect(() => {
    void outbox.flush();
    return () => outbox.close();
  }, []);
  const exists = state.seq > 0;
  useEffect(() => {
    if (exists && connection === 'live' && !link) temporalLink(conversation).then(setLink, () => {});
  }, [exists, connection]);

  return {
    state,
    connection,
    ...(link ? { link } : {}),
    keyNeeded,
    announcement,
    send: (text) => {
      const id = randomId();
      writtenHere.current.add(id);
      dispatch({ type: 'send', id, text });
      outbox.add(conversation, id, text);
    },
    discard: (id) => {
      outbox.remove(id);
      dispatch({ type: 'discard', id });
    },
    giveKey: (key) => {
      apiKey.set(key);
      setKeyNeeded(false);
      setKeysGiven(keysGiven + 1);
      void outbox.flush();
    },
  };
}
