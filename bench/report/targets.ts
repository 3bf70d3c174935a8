/** What holdfast wants of itself: by the figure's own unit, or by its ratio to the floor. */
export interface Target {
  figure: string;
  of: 'value' | 'ratio';
  most?: number;
  least?: number;
}

export const TARGETS: Target[] = [
  { figure: 'turn, one after the other', of: 'ratio', most: 0.75 },
  { figure: 'turns at 50 conversations', of: 'ratio', least: 1.5 },
];
