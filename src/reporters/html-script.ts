// Script of the HTML report: filter, copy, links to an issue, printing, a hint at a grid that is too wide. The page is complete without it.

export const PAGE_SCRIPT = `
'use strict';
const all = [...document.querySelectorAll('.finding')];
const form = document.getElementById('filter');
const texts = new Map();
const textOf = card => {
  if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
  return texts.get(card);
};
const apply = () => {
  const data = new FormData(form);
  const words = String(data.get('text')).toLowerCase().split(/\\s+/).filter(Boolean);
  const operation = data.get('operation');
  const kinds = new Set(data.getAll('kind'));
  let shown = 0;
  for (const card of all) {
    const matches = kinds.has(card.dataset.kind)
      && (operation === '' || card.dataset.operations.split('\\n').includes(operation))
      && words.every(word => textOf(card).includes(word));
    card.hidden = !matches;
    if (matches) shown += 1;
  }
  document.getElementById('none').hidden = shown > 0;
  document.getElementById('shown').textContent = shown === all.length ? all.length + ' listed' : shown + ' of ' + all.length + ' listed';
};
if (form) {
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', event => event.preventDefault());
}
const grid = document.querySelector('.scroll');
if (grid) new ResizeObserver(() => { document.querySelector('.sideways').hidden = grid.scrollWidth <= grid.clientWidth; }).observe(grid);
const copy = async (button, text) => {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    done = document.execCommand('copy');
  }
  const label = button.textContent;
  button.textContent = done ? 'Copied' : 'Press Ctrl-C';
  setTimeout(() => { button.textContent = label; }, 1600);
};
for (const button of document.querySelectorAll('.copy')) {
  button.hidden = false;
  button.addEventListener('click', () => copy(button, button.previousElementSibling.textContent));
}
const open = () => {
  const card = location.hash.startsWith('#f-') && document.getElementById(location.hash.slice(1));
  if (!card) return;
  card.hidden = false;
  card.open = true;
  card.scrollIntoView();
  card.querySelector('summary').focus({ preventScroll: true });
};
addEventListener('hashchange', open);
open();
const expanded = [];
addEventListener('beforeprint', () => {
  for (const element of document.querySelectorAll('details:not([open])')) { element.open = true; expanded.push(element); }
});
addEventListener('afterprint', () => { for (const element of expanded.splice(0)) element.open = false; });
`;
