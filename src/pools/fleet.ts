import { Changes } from '../changes';
import type { Consoles } from '../connection/consoles';
import type { Profile } from '../connection/profile';
import type { PollerClock } from '../poller';
import type { PoolHistory } from './history';
import { Instance } from './instance';

export interface FleetServices {
  readonly consoles: Pick<Consoles, 'use'>;
  readonly history: PoolHistory;
  readonly clock: PollerClock;
  readonly random: () => number;
  /** Between two looks of a visible view. */
  readonly intervalMs: () => number;
  readonly isFinal: (error: unknown) => boolean;
}

/** Between two looks at an instance that is watched while nobody looks at the view. */
const watchedIntervalMs = 15_000;

/** Every PgBouncer of the settings: polled while its view is looked at, or lightly in the background when it is watched. */
export class Fleet {
  private readonly changes = new Changes<Instance>();
  private readonly byName = new Map<string, Instance>();
  private readonly takenAtMs = new Map<string, number>();
  private watched: ReadonlySet<string> = new Set();
  private visible = false;
  private focused = false;

  /** Something is known of an instance that was not before. */
  readonly onDidChange = this.changes.listen;

  constructor(private readonly services: FleetServices) {}

  get instances(): readonly Instance[] {
    return [...this.byName.values()];
  }

  instance(name: string): Instance | undefined {
    return this.byName.get(name);
  }

  /** An instance whose profile is the same goes on as if nothing had happened. */
  setProfiles(profiles: readonly Profile[]): void {
    const wanted = new Map(profiles.map(profile => [profile.name, profile]));
    for (const [name, instance] of this.byName) {
      if (JSON.stringify(instance.profile) !== JSON.stringify(wanted.get(name))) {
        instance.dispose();
        this.byName.delete(name);
        this.takenAtMs.delete(name);
        this.services.history.forget(name);
      }
    }
    for (const profile of profiles.filter(({ name }) => !this.byName.has(name))) {
      this.byName.set(profile.name, this.instanceOf(profile));
    }
    this.tellPollers();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.tellPollers();
  }

  setFocused(focused: boolean): void {
    this.focused = focused;
    this.tellPollers();
  }

  setWatched(names: ReadonlySet<string>): void {
    this.watched = names;
    this.tellPollers();
  }

  dispose(): void {
    this.instances.forEach(instance => instance.dispose());
    this.byName.clear();
  }

  private get isLookedAt(): boolean {
    return this.visible && this.focused;
  }

  private instanceOf(profile: Profile): Instance {
    const { consoles, clock, random, intervalMs, isFinal } = this.services;
    const instance = new Instance(profile, {
      consoles,
      clock,
      random,
      intervalMs: () => (this.isLookedAt ? intervalMs() : Math.max(watchedIntervalMs, intervalMs())),
      isFinal,
    });
    instance.poller.onDidChange(() => this.changed(instance));
    return instance;
  }

  private tellPollers(): void {
    for (const { profile, poller } of this.byName.values()) {
      const watched = this.watched.has(profile.name);
      poller.setVisible(this.visible || watched);
      poller.setFocused(this.focused || watched);
    }
  }

  private changed(instance: Instance): void {
    const { data, takenAtMs } = instance.poller.state;
    const { name } = instance.profile;
    if (data && takenAtMs !== null && takenAtMs !== this.takenAtMs.get(name)) {
      this.takenAtMs.set(name, takenAtMs);
      this.services.history.add(name, data.snapshot, data.rates);
    }
    this.changes.fire(instance);
  }
}
