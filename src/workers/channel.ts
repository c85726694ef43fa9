// Messages between processes, those of one turn together: each sending costs a call of the operating system.

/**
 * @param send gives a list of messages to the other process
 * @returns a function that sends a message, after all that were sent before
 */
export function batching<Message>(send: (messages: readonly Message[]) => void): (message: Message) => void {
  let waiting: Message[] = [];
  return message => {
    waiting.push(message);
    if (waiting.length > 1) return;
    setImmediate(() => {
      const messages = waiting;
      waiting = [];
      send(messages);
    });
  };
}
