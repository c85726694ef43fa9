// The error for unusable input of the user: a missing file, a wrong option, an invalid document.

/** The message is one sentence that names the remedy. The command line shows it without a stack trace. */
export class InputError extends Error {}
