// The texts of the files that are served: documents, what they refer to, and scenarios.
import type { ServedConfig } from './served-config.ts';

/** The text of a document, of a file that it refers to, of its overlays, or of a scenario. No other file can be read. */
export function loadedText({ contract, scenarios }: ServedConfig, file: string): string | undefined {
  for (const { documents } of contract.apis) {
    const text = documents.textOf(file);
    if (text !== undefined) return text;
  }
  for (const { source } of scenarios.values()) if (source?.file === file) return source.text();
  return undefined;
}
