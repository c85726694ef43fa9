// Says in plain words why a file cannot be read or written.

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a link that leads back to itself',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** The reason of an error of node:fs; for other errors their message. */
export function describeFileError(error: unknown, what: 'file' | 'folder' = 'file'): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `the ${what} does not exist`;
  return (code && REASONS[code]) ?? message;
}
