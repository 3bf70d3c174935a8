import { useEffect, useRef, useState } from 'preact/hooks';

/** Closer than this to the end counts as being there, in CSS pixels. */
const NEAR = 60;

/** Keeps the end of growing content in view for as long as the reader is there. */
export function useStickToBottom() {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [stuck, setStuck] = useState(true);

  function toBottom(): void {
    following.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }

  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    const onScroll = () => {
      following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      setStuck(following.current);
    };
    const sizes = new ResizeObserver(() => following.current && toBottom());
    sizes.observe(box);
    sizes.observe(content.current);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, stuck, toBottom };
}
