// A temporary folder of real files, and what reading it yields.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { FileEnd, RecordedEntry, TrafficItem } from '../../src/recording/model.ts';
import { readRecordedEntry } from '../../src/recording/read-entry.ts';
import { type ReadTrafficOptions, readTraffic } from '../../src/recording/read-traffic.ts';

const ROOT = mkdtempSync(path.join(tmpdir(), 'recording-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

/** @returns the path of a file with this content; objects become JSON */
export function put(name: string, content: string | Uint8Array | object): string {
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return file;
}

export interface Read {
  readonly recorded: readonly RecordedEntry[];
  readonly ends: readonly FileEnd[];
  readonly passedOver: readonly string[];
  readonly traffic: readonly TrafficItem[];
}

export async function read(inputs: readonly string[], options?: ReadTrafficOptions): Promise<Read> {
  const traffic: TrafficItem[] = [];
  const recorded: RecordedEntry[] = [];
  for await (const group of readTraffic(inputs, options)) {
    for (const each of group) {
      traffic.push(each);
      // At once: the bytes are only good until more is asked for.
      if (each.kind === 'entry') recorded.push(readRecordedEntry(each.entry));
      else if (each.kind === 'unreadable') recorded.push(each);
    }
  }
  return {
    traffic,
    recorded,
    ends: traffic.flatMap(each => (each.kind === 'end' ? [each.end] : [])),
    passedOver: traffic.flatMap(each => (each.kind === 'skipped' ? [each.file] : [])),
  };
}

/** A HAR entry as small as can be, with what a test is about put over it. */
export function entry(
  request: Record<string, unknown> = {},
  response: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    startedDateTime: '2026-03-01T10:00:00.000Z',
    time: 12.5,
    request: { method: 'GET', url: 'https://api.example.com/pets', headers: [], bodySize: -1, ...request },
    response: { status: 200, headers: [], bodySize: -1, content: { size: -1, mimeType: '' }, ...response },
    ...rest,
  };
}

export function har(entries: readonly unknown[], creator = 'Recorder'): object {
  return { log: { version: '1.2', creator: { name: creator, version: '1' }, entries } };
}

export function fields(headers: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
