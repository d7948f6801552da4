import type { Activation } from './activateInHost';
import type { Bench } from './bench';
import { figure } from './figure';
import { runInHost } from './inHost';
import { spread } from './measure';
import { bundled, productionVsix } from './production';

const hosts = 7;

/** Starting the extension as users have it, each time in a fresh extension host of the oldest VS Code that we support. */
export const activate: Bench = {
  name: 'activate',
  run: async () => {
    const vsix = await productionVsix();
    const script = await bundled('activateInHost');
    const answers = await runInHost({ script, times: hosts, vsix });
    const activations = answers as readonly Activation[];
    const of = (duration: (activation: Activation) => number) => spread(activations.map(duration));
    return [
      figure({
        name: 'load + activate()',
        value: of(({ loadMs, activateMs }) => loadMs + activateMs),
        unit: 'ms',
        budget: { of: 'value', atMost: 20 },
        note: `all the time that the host is kept busy; ${hosts} fresh hosts`,
      }),
      figure({ name: 'activate() alone', value: of(({ activateMs }) => activateMs), unit: 'ms' }),
      figure({
        name: 'until VS Code calls it active',
        value: of(({ untilActiveMs }) => untilActiveMs),
        unit: 'ms',
        note: 'with VS Code’s own questions to its window about the extension’s storage',
      }),
    ];
  },
};
