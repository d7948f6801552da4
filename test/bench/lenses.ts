import type { Bench } from './bench';
import { bigSql, functionCount, statementCount } from './bigSql';
import { figure } from './figure';
import { runInHost } from './inHost';
import type { LensesAnswer } from './lensesInHost';
import { percentile, spread } from './measure';
import { bundled } from './production';

const hosts = 5;

/** All lenses of a large file, in real extension hosts, against one parse of that file by PostgreSQL's parser. */
export const lenses: Bench = {
  name: 'lenses',
  run: async () => {
    const script = await bundled('lensesInHost');
    const answers = (await runInHost({ script, times: hosts })) as readonly LensesAnswer[];
    // The parser's first pass is slow, too; it is compared when it is warm, which is the harder comparison.
    const parseMs = answers.map(answer => percentile(answer.parseMs, 50));
    const firstMs = answers.map(answer => answer.firstMs);
    const ratios = firstMs.map((ms, index) => ms / parseMs[index]!);
    const megabytes = Buffer.byteLength(bigSql()) / 1_000_000;
    return [
      figure({
        name: 'first time',
        value: spread(firstMs),
        unit: 'ms',
        peer: { name: 'libpg-query, warm', value: spread(parseMs), ratio: percentile(ratios, 50) },
        budget: { of: 'ratio', atMost: 1.5 },
        note:
          `${statementCount} statements and ${functionCount} functions, ${megabytes.toFixed(2)} MB, ` +
          `${answers[0]?.lenses ?? 0} lenses; ${hosts} fresh hosts`,
      }),
      figure({
        name: 'after a keystroke',
        value: spread(answers.flatMap(({ afterKeystrokeMs }) => afterKeystrokeMs)),
        unit: 'ms',
        budget: { of: 'value', atMost: 30 },
      }),
    ];
  },
};
