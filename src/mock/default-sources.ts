// The documents and scenario folders that a server has if none are named: those of the working folder, else the bundled ones.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The scenarios of the bundled documents. They belong to the package, so no server changes them. */
export const BUNDLED_SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));

/** The documents of the working folder: ./specs, else files such as openapi.yaml and shop.openapi.json. */
export function projectSpecs(): readonly string[] {
  if (existsSync('specs')) return ['specs'];
  return readdirSync('.').filter(name => /^(?:[^.].*\.)?openapi\.(?:ya?ml|json)$/i.test(name));
}

/** Whether a server without named documents uses the bundled examples: the folder has no documents. */
export function usesBundledSpecs(specs: readonly string[] | undefined): boolean {
  return specs === undefined && projectSpecs().length === 0;
}

/** The named documents; else those of the working folder; else the bundled examples. */
export function specPaths(paths: readonly string[] | undefined): readonly string[] {
  if (paths !== undefined) return paths;
  const specs = projectSpecs();
  if (specs.length > 0) return specs;
  return [fileURLToPath(new URL('../../specs', import.meta.url))];
}

/** The named folders; else ./scenarios if no document is named; else the bundled scenarios, with the bundled documents only. */
export function scenarioPaths(
  paths: readonly string[] | undefined,
  specs: readonly string[] | undefined,
): readonly string[] {
  if (paths !== undefined) return paths;
  if (existsSync('scenarios')) return specs === undefined ? ['scenarios'] : [];
  return usesBundledSpecs(specs) ? [BUNDLED_SCENARIOS] : [];
}
