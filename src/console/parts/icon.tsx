// Icons as inline SVG, in the colour of the text. They are decoration: the text beside them or the label says the same.

/** Paths on a grid of 16 x 16, drawn as lines. */
const ICONS = {
  start: 'M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5',
  traffic: 'M2 5.5h10m-3-3 3 3-3 3M14 10.5H4m3-3-3 3 3 3',
  operations: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h11',
  switches: 'M5 3h6a2.5 2.5 0 0 1 0 5H5a2.5 2.5 0 0 1 0-5ZM5 5.5h.01M3 12h10',
  scenarios: 'M4 2.5h5.5L12.5 5.5V13.5H4ZM9 2.5V6h3.5M6 9h4M6 11h3',
  state:
    'M3 4c0-1 2.2-1.5 5-1.5S13 3 13 4v8c0 1-2.2 1.5-5 1.5S3 13 3 12ZM3 4c0 1 2.2 1.5 5 1.5S13 5 13 4M3 8c0 1 2.2 1.5 5 1.5S13 9 13 8',
  sessions:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5a4.5 4.5 0 0 1 9 0M11 3a2.5 2.5 0 0 1 0 4.5M12.5 9.5a4.5 4.5 0 0 1 2 4',
  contract:
    'M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12ZM3 12a1.5 1.5 0 0 1 1.5-1.5H13M6 5.5h4',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'm4 4 8 8m0-8-8 8',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  link: 'M7 9a2.5 2.5 0 0 0 3.5 0l2.5-2.5A2.5 2.5 0 0 0 9.5 3l-1 1M9 7a2.5 2.5 0 0 0-3.5 0L3 9.5A2.5 2.5 0 0 0 6.5 13l1-1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14',
  warning: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.5M8 12v.01',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5v.01',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  sun: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  contrast: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M10 3v10M12 4.5v7',
  download: 'M8 2.5V10m-3-3 3 3 3-3M3 13h10',
  upload: 'M8 10.5V3m-3 3 3-3 3 3M3 13h10',
  external: 'M6 3.5H3.5v9h9V10M9 3h4v4M13 3 7.5 8.5',
  retry: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5V5h-2.5',
  keyboard: 'M1.5 4h13v8h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.7h6',
  chevron: 'm6 4 4 4-4 4',
  down: 'm4 6 4 4 4-4',
  qr: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h1.5v1.5M13.5 9.5v1.5M11 13.5h2.5V12',
  power: 'M8 2v5.5M4.8 4a5.2 5.2 0 1 0 6.4 0',
  plus: 'M8 3v10M3 8h10',
  untried: 'M8 13A5 5 0 1 0 8 3a5 5 0 0 0 0 10Z',
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
}
