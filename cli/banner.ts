import type { TemporalPlan } from './plan-temporal.ts';
import type { Terminal } from './terminal.ts';

export interface Running {
  /** Base URL of each gateway. */
  webChats: string[];
  temporal: TemporalPlan;
  /** Its base URL, if values are encrypted. */
  codecServer: string | undefined;
  model: string;
  platforms: string[];
  home: string;
}

type Row = [label: string, value: string, note?: string];

/** What is running and where, as lines. */
export function banner(
  { webChats, temporal, codecServer, model, platforms, home }: Running,
  paint: Terminal['paint'],
): string[] {
  const rows: Row[] = [
    ['Web chat', webChats.map((url) => paint('cyan', url)).join(', ')],
    temporal.ui
      ? ['Temporal UI', paint('cyan', temporal.ui)]
      : ['Temporal', temporal.address, 'for links to its UI set TEMPORAL_UI_URL'],
    ...(temporal.told ?? []),
    ...(codecServer === undefined ? [] : [codecRow(paint('cyan', codecServer), temporal)]),
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

/** The UI of our own development server asks it by itself; others are to be told. */
function codecRow(url: string, temporal: TemporalPlan): Row {
  const told = temporal.run && temporal.ui ? '' : '; make it the codec endpoint there';
  return ['Codec server', url, `decrypts for the Temporal UI (docs/encryption.md)${told}`];
}
