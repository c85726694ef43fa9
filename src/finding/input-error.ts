// Something that was handed in and cannot be used: told in one sentence with the remedy, never with a stack.

export class InputError extends Error {}
