// The error for unusable input: one sentence with the remedy, shown without a stack trace.

export class InputError extends Error {}
