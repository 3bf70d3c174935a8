import { useEffect, useState } from 'preact/hooks';

/** The conversation that the address names, and how to go to another one (or none); "back" returns to the one before. */
export function useSelected(): [selected: string | undefined, select: (conversation?: string) => void] {
  const [selected, setSelected] = useState(inAddress);
  useEffect(() => {
    const follow = () => setSelected(inAddress());
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  return [
    selected,
    (conversation) => {
      history.pushState(null, '', addressOf(conversation));
      setSelected(conversation);
    },
  ];
}

export function addressOf(conversation?: string): string {
  return conversation === undefined ? '/operate' : `/operate?c=${encodeURIComponent(conversation)}`;
}

function inAddress(): string | undefined {
  return new URLSearchParams(location.search).get('c') ?? undefined;
}
