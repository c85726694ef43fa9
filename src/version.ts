// The version of this package, for reports, recordings and --version.
import { readFileSync } from 'node:fs';

export function version(): string {
  return (JSON.parse(packageManifest()) as { version: string }).version;
}

let text: string | undefined;

/** package.json as it is written: it changes with every release, and pins each dependency. */
export function packageManifest(): string {
  text ??= readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return text;
}
