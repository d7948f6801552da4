/** One planner setting with the value it has for a run, as text that `set_config` takes. */
export interface Override {
  readonly name: string;
  readonly value: string;
}
