const EXAMPLES = ['what time is it?', 'wait 20 seconds', 'what is 12.5% of 840?', '/help'];

export function Welcome({ onExample }: { onExample(text: string): void }) {
  return (
    <section class="welcome">
      <h2>A conversation that cannot be killed</h2>
      <p>Whatever stops on the way goes on by itself. Try one of these:</p>
      <ul>
        {EXAMPLES.map((text) => (
          <li key={text}>
            <button type="button" onClick={() => onExample(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
