// Compares two processes that share nothing with one: about the most that a second worker can add on this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median } from './load.ts';

/** Builds and serializes small objects, as a server does, and prints how often. */
const WORK = `
const end = Date.now() + Number(process.argv[1]);
const texts = [];
let count = 0;
for (; Date.now() < end; count++)
  for (let index = 0; index < 1000; index++) {
    const pet = { id: index, name: String(index), tags: [index, count] };
    texts[index] = JSON.stringify(pet);
  }
console.log(count);
`;

async function work(seconds: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', WORK, String(seconds * 1000)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  await once(child, 'close');
  return Number(output);
}

/** @returns the work of two processes at once, as a multiple of that of one: the median of the rounds */
export async function measureTwoProcesses(rounds: number, seconds: number): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await work(seconds);
    const [first, second] = await Promise.all([work(seconds), work(seconds)]);
    ratios.push((first + second) / one);
  }
  return median(ratios);
}
