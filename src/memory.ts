/** What outlives a session; VS Code's `Memento` is one. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: string): PromiseLike<void>;
}
