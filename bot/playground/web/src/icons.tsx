// Small drawings in the place of emoji, for which not every machine has a font.
const SHAPES = {
  eye: "M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8Zm7 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  clock: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5",
  forward: "M2 3.5 7.5 8 2 12.5Zm6 0L13.5 8 8 12.5Z",
  up: "M5 14V7l3-5.5c1.6 0 1.8 1.5 1.4 3L9 6h4.2l-1 8Zm-3 0V7h1.5v7Z",
  down: "M5 2v7l3 5.5c1.6 0 1.8-1.5 1.4-3L9 10h4.2l-1-8ZM2 2v7h1.5V2Z",
  file: "M3.5 1.5h6l3 3v10h-9Zm6 0v3h3",
  send: "M1.5 8 3 2l11.5 6L3 14Zm0 0H8",
} as const;

export const Icon = ({ name }: { name: keyof typeof SHAPES }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={SHAPES[name]} /></svg>
);
