/** Listeners of one kind of change. */
export class Changes<T = void> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Adds a listener; dispose the answer to remove it. */
  readonly listen = (listener: (value: T) => void): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      listener(value);
    }
  }
}
