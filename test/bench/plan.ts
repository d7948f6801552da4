import { stateOf } from '../browser/states';
import type { Bench } from './bench';
import { bigPlan } from './bigPlan';
import { type Figure, figure } from './figure';
import { compare, durationMs, spread } from './measure';
import type * as PlanSteps from './planSteps';
import { bundled } from './production';

const nodes = 10_000;
const rounds = { warmUp: 10, measured: 21 };

/** Decoding and modelling a large plan against `JSON.parse` of it, and how long that keeps the extension host busy. */
export const plan: Bench = {
  name: 'plan',
  run: async () => {
    const json = bigPlan(nodes);
    const work = (await import(await bundled('planSteps'))) as typeof PlanSteps;
    const compared = await compare(
      rounds,
      () => work.decodeAndModel(json),
      () => JSON.parse(json) as unknown,
    );
    return [
      figure({
        name: `decode + model, ${nodes} nodes`,
        value: compared.oursMs,
        unit: 'ms',
        peer: { name: 'JSON.parse', value: compared.peerMs, ratio: compared.ratio },
        budget: { of: 'ratio', atMost: 3 },
      }),
      await longestPiece(json, work),
    ];
  },
};

/** From the server's answer to the message to the page, nothing gives the host's event loop back. */
async function longestPiece(json: string, work: typeof PlanSteps): Promise<Figure> {
  const { run } = stateOf(json);
  const steps = work.hostSteps(json, { ...run, json });
  const times = new Map(Object.keys(steps).map(name => [name, [] as number[]]));
  const together: number[] = [];
  for (let round = 0; round < rounds.measured; round += 1) {
    let sum = 0;
    for (const [name, step] of Object.entries(steps)) {
      const stepMs = await durationMs(step);
      times.get(name)?.push(stepMs);
      sum += stepMs;
    }
    together.push(sum);
  }
  const parts = [...times].map(([name, durations]) => `${name} ${spread(durations).median.toFixed(1)} ms`);
  return figure({
    name: 'longest synchronous piece on the host',
    value: spread(together),
    unit: 'ms',
    budget: { of: 'value', atMost: 50 },
    note: `one turn of the event loop does ${parts.join(', ')}`,
  });
}
