// The options of the commands that control a running server.
import { Option } from 'commander';

export const controlServerOption = new Option('--server <url>', 'URL of the running server')
  .env('DEADRINGER_URL')
  .default('http://127.0.0.1:4010');
export const controlTokenOption = new Option(
  '--token <text>',
  'token of the control API, if the server requires one',
).env('DEADRINGER_TOKEN');
export const sessionOption = new Option('-s, --session <name>', 'session name')
  .env('DEADRINGER_SESSION')
  .default('default');
