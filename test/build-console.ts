// Builds the page of the console before the slow suite: its tests see the sources as they are.
import { build } from 'vite';
import { CONSOLE_BUILD } from '../build/console.ts';

export async function setup(): Promise<void> {
  await build(CONSOLE_BUILD);
}
