/** What holdfast wants of itself: by the figure's own unit, or by its ratio to the floor. */
export interface Target {
  figure: string;
  of: 'value' | 'ratio';
  most?: number;
  least?: number;
}

export const TARGETS: Target[] = [
  { figure: 'turn, one after the other', of: 'ratio', most: 0.75 },
  { figure: 'acknowledged', of: 'ratio', most: 1.15 },
  { figure: 'turns at 50 conversations', of: 'ratio', least: 1.5 },
  { figure: 'first word seen, after the model said it', of: 'value', most: 100 },
  { figure: 'whole reply seen, after the model ended', of: 'value', most: 100 },
  { figure: 'whole reply delivered, after the model ended', of: 'value', most: 100 },
  { figure: 'worker killed → interrupted tools run again', of: 'value', most: 3 },
  { figure: 'worker started → first progress on a waiting message', of: 'value', most: 1 },
  { figure: 'memory that 10,000 idle conversations add, at most', of: 'value', most: 50 },
  { figure: 'history of a turn, late to early', of: 'value', most: 1.1 },
  { figure: 'billed events of a turn, with its heartbeat', of: 'value', most: 6 },
];
