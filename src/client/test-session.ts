// The session that a test has for itself.

/**
 * A name that is readable in the console, and unique among all runs on the server.
 * @param title of the test
 * @param unique of this run of the test
 */
export function testSessionName(title: string, unique: string): string {
  const words = title
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-|-$/g, '');
  return words === '' ? unique : `${words}-${unique}`;
}
