// Whether single keys work as shortcuts: they can be switched off (WCAG 2.2, success criterion 2.1.4).
import { signal } from '@preact/signals';

const KEY = 'deadringer-single-keys';

export const singleKeys = signal(localStorage.getItem(KEY) !== 'off');

export function switchSingleKeys(isOn: boolean): void {
  singleKeys.value = isOn;
  localStorage.setItem(KEY, isOn ? 'on' : 'off');
}
