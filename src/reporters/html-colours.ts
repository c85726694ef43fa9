// Colours and fonts of the pages that are files: light and dark, with the contrast of WCAG AA.

export const PAGE_COLOURS = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --panel: #ffffff; --sunk: #f3f4f7; --rule: #e0e3e9; --rule-strong: #c6ccd6;
  --ink: #14181f; --soft: #3d4653; --quiet: #5b6573; --link: #0b57b8;
  --good: #14713f; --good-bg: #e6f4ec; --bad: #b3201e; --bad-bg: #fdecea; --warn: #8a5300; --warn-bg: #fdf3df;
  --note: #4b5563; --note-bg: #eceff3; --violet: #6236b8; --violet-bg: #f0eafb;
  --mark: #ffe1dd; --mark-edge: #c9302c;
  --bar-passed: #2f9e67; --bar-rejected: #4f74c9; --bar-failed: #d2403c; --bar-notCheckable: #d99a1c; --bar-skipped: #2b8fb3; --bar-outOfScope: #a4adba; --bar-unreadable: #7d55c7;
  --on-mark: #ffffff; --warn-mark: #8a5300;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1216; --panel: #171b21; --sunk: #11151a; --rule: #2a313b; --rule-strong: #3c4653;
    --ink: #e8ebf0; --soft: #c3cad5; --quiet: #98a2b1; --link: #7fb4ff;
    --good: #5fd096; --good-bg: #12281d; --bad: #ff8a80; --bad-bg: #321817; --warn: #f0bb57; --warn-bg: #2e2310;
    --note: #b4bdca; --note-bg: #232a33; --violet: #bda4f5; --violet-bg: #251d38;
    --mark: #4a1f1e; --mark-edge: #ff8a80;
    --bar-passed: #3fae76; --bar-rejected: #7d9be6; --bar-failed: #e5605b; --bar-notCheckable: #d9a23a; --bar-skipped: #49a9cc; --bar-outOfScope: #5d6775; --bar-unreadable: #9b7be0;
    --on-mark: #14181f; --warn-mark: #f0bb57;
  }
}
`;
