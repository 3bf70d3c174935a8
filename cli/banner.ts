import type { TemporalPlan } from './plan-temporal.ts';
import type { Terminal } from './terminal.ts';

export interface Running {
  /** Base URL of each gateway. */
  webChats: string[];
  temporal: TemporalPlan;
  model: string;
  platforms: string[];
  home: string;
}

/** What is running and where, as lines. */
export function banner(
  { webChats, temporal, model, platforms, home }: Running,
  paint: Terminal['paint'],
): string[] {
  const rows: [label: string, value: string, note?: string][] = [
    ['Web chat', webChats.map((url) => paint('cyan', url)).join(', ')],
    temporal.ui
      ? ['Temporal UI', paint('cyan', temporal.ui)]
      : ['Temporal', temporal.address, 'for links to its UI set TEMPORAL_UI_URL'],
    ...(temporal.told ?? []),
    ['Operate', webChats.map((url) => paint('cyan', `${url}/operate`)).join(', ')],
    model === 'demo'
      ? [
          'Model',
          'demo (no key needed)',
          'for a real one set HOLDFAST_MODEL=openai/… and OPENAI_API_KEY, for instance',
        ]
      : ['Model', model],
    ['Platforms', platforms.join(', '), 'others switch on by their variables, such as TELEGRAM_BOT_TOKEN'],
    ['Data', home],
    ['Stop', 'Ctrl-C', 'kill anything at any time: conversations go on where they were'],
  ];
  const lines = rows.flatMap(([label, value, note]) => {
    const line = `  ${paint('dim', label.padEnd(12))} ${value}`;
    return note ? [line, `  ${' '.repeat(12)} ${paint('dim', note)}`] : line;
  });
  return ['', `  ${paint('bold', 'holdfast is running')}`, '', ...lines, ''];
}
