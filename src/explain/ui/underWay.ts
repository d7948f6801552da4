/** What is under way, one task for each key: another one with the same key cancels the one before. */
export class UnderWay {
  private readonly stops = new Map<string, AbortController>();

  async run<T>(key: string, task: (stop: AbortController) => Promise<T>): Promise<T> {
    this.cancel(key);
    const stop = new AbortController();
    this.stops.set(key, stop);
    try {
      return await task(stop);
    } finally {
      if (this.stops.get(key) === stop) {
        this.stops.delete(key);
      }
    }
  }

  cancel(key: string): void {
    this.stops.get(key)?.abort();
  }

  cancelAll(): void {
    for (const stop of this.stops.values()) {
      stop.abort();
    }
  }
}
