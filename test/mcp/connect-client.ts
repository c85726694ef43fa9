// Starts "deadringer mcp" as a process and connects the official client of the protocol to its standard input and output.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export interface McpTestClient extends AsyncDisposable {
  readonly client: Client;
  /** What the program wrote on standard error. */
  readonly errors: () => string;
  /** The structured result of a tool. @throws Error with the text of the tool if it failed */
  call<Result = Record<string, unknown>>(tool: string, args?: Record<string, unknown>): Promise<Result>;
}

/** @param program the command and its arguments before the options of "mcp" */
export async function connectClient(
  program: readonly [string, ...string[]],
  options: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<McpTestClient> {
  const [command, ...args] = program;
  const transport = new StdioClientTransport({
    command,
    args: [...args, 'mcp', ...options],
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  });
  let errors = '';
  transport.stderr?.on('data', chunk => {
    errors += String(chunk);
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  return {
    client,
    errors: () => errors,
    async call(tool, args = {}) {
      const result = await client.callTool({ name: tool, arguments: args });
      const [content] = result.content;
      const text = content?.type === 'text' ? content.text : '';
      if (result.isError) throw new Error(text);
      // Clients that read the text get the same.
      if (JSON.stringify(result.structuredContent) !== text) throw new Error(`the text differs: ${text}`);
      return result.structuredContent as never;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
