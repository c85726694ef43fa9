// Reads the path templates of a document as the segments that imported rules are bound to.
import { parsePathTemplate } from '../openapi/path-template.ts';
import type { BoundSegment } from './path-marks.ts';

/** @returns undefined if a segment has text beside a variable: a rule cannot test that variable alone */
export function splitTemplate(template: string): BoundSegment[] | undefined {
  const segments: BoundSegment[] = [];
  for (const segment of parsePathTemplate(template)) {
    if (segment.kind === 'mixed') return undefined;
    segments.push(segment.kind === 'literal' ? { literal: segment.text } : { variable: segment.name });
  }
  return segments;
}
