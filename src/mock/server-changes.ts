// What changes in a running server besides its exchanges: documents are loaded again, sessions are changed or end.

export type ServerChange =
  | { readonly kind: 'reloaded'; readonly revision: number }
  | { readonly kind: 'session'; readonly id: string; readonly ended: boolean };

export interface ServerChanges {
  /** Calls all subscribers. */
  publish(change: ServerChange): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (change: ServerChange) => void): () => void;
}

export function createServerChanges(): ServerChanges {
  const listeners = new Set<(change: ServerChange) => void>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
