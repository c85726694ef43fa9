// A client of the stream of events: collects the exchanges that it hears of.

interface HeardExchange {
  readonly id: string;
  readonly session: string;
  readonly sequence: number;
}

export interface EventListener {
  readonly heard: readonly HeardExchange[];
  /** Resolves when so many were heard. */
  until(count: number): Promise<void>;
  stop(): void;
}

/** Resolves when the server sends. @param query such as "from=now" */
export async function listenForEvents(url: string, query = '', lastEventId?: string): Promise<EventListener> {
  const end = new AbortController();
  const { body } = await fetch(`${url}/__deadringer/events?summary=true&${query}`, {
    signal: end.signal,
    ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
  });
  const heard: HeardExchange[] = [];
  let wake = (): void => {};
  let failure: unknown;
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() as string;
      for (const block of blocks) {
        const data = /^event: exchange\ndata: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) heard.push(JSON.parse(data));
        if (block.includes('event: skipped')) throw new Error(`events were skipped: ${block}`);
      }
      wake();
    }
    throw new Error('the stream ended');
  };
  void read().catch(error => {
    failure = error;
    wake();
  });
  return {
    heard,
    async until(count) {
      while (heard.length < count) {
        if (failure !== undefined) throw failure;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    stop: () => end.abort(),
  };
}
