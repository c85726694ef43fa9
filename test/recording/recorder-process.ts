// A recorder in a process of its own, to be killed or starved: writes exchange after exchange, and says how far it has come.
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { openRecording } from '../../src/recording/writer.ts';

const [file = '', format = 'har', count = '0'] = process.argv.slice(2);
const recording = openRecording(file, {
  format: format === 'har' ? 'har' : 'ndjson',
  append: true,
  maxBytes: undefined,
  creator: { name: 'deadringer', version: '1' },
  owner: { pid: process.pid, isRunning: pid => pid === process.ppid },
  onEvent: trouble => process.stdout.write(`${JSON.stringify(trouble)}\n`),
});
// A full disk must be reported as an error; the signal must not end the process.
process.on('SIGXFSZ', () => {});
for (let number = 1; number <= (Number(count) || 100_000); number++) {
  const done = recording.write(
    {
      id: `x${number}`,
      startedAt: number,
      duration: 1,
      request: { method: 'POST', path: '/a', query: '', headers: {}, body: Buffer.from('{"a":"}]"}') },
      response: { status: 200, headers: {}, body: Buffer.from('é'.repeat(number % 1000)) },
    },
    'https://api.example.com',
  );
  // At once, because a process that never rests would keep it to itself.
  if (count === '0') writeSync(1, done ? '.' : '!');
}
recording.close();
process.stdout.write(`${JSON.stringify(recording.stats)}\n`);
