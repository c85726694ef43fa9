#!/usr/bin/env node
// Starts the CLI: the sources in a checkout, dist in an installed package. Plain JavaScript that any Node can parse.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 21) || major === 23 || (major === 24 && minor < 5)) {
  console.error(
    `deadringer needs Node 24.5 or newer, or 22.21 or newer of Node 22, and this is ${process.versions.node}: install it from https://nodejs.org, or in a checkout run "npm ci" and then "npx deadringer", which brings its own.`,
  );
  process.exit(2);
}
module.enableCompileCache?.();
const sources = new URL('../src/cli/process.ts', import.meta.url);
const { runProcess } = await import(
  existsSync(sources) ? sources.href : new URL('../dist/cli/process.js', import.meta.url).href
);
await runProcess();
