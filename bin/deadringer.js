#!/usr/bin/env node
// Starts the CLI: the sources in a checkout, dist in an installed package. Plain JavaScript that any Node can parse.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
const is22 = major === 22 && (minor > 22 || (minor === 22 && patch > 1));
if (!is22 && (major < 24 || (major === 24 && minor < 15))) {
  console.error(
    `deadringer needs Node 22 from 22.22.2, or Node 24.15 or newer; this is Node ${process.versions.node}. Install one from https://nodejs.org, or in a checkout run "npm ci", which installs it, and then "npx deadringer".`,
  );
  process.exit(2);
}
module.enableCompileCache?.();
const sources = new URL('../src/cli/process.ts', import.meta.url);
const { runProcess } = await import(
  existsSync(sources) ? sources.href : new URL('../dist/cli/process.js', import.meta.url).href
);
await runProcess();
