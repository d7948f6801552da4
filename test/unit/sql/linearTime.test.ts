import assert from 'node:assert/strict';
import { parameterNumbers, splitStatements, statementAt } from '../../../src/sql/statements';
import { unwrapExplain } from '../../../src/sql/typedExplain';

/** Texts that make a careless lexer look at the same characters again and again; `times` is proportional to their length. */
const adversaries: Readonly<Record<string, (times: number) => string>> = {
  'an unterminated string': times => `'${"'' a".repeat(times)}`,
  'a string for each quote': times => "'a' ".repeat(times),
  parentheses: times => '('.repeat(times),
  'comment beginnings': times => '/*'.repeat(times),
  operators: times => '+'.repeat(times),
  'operators and comment ends': times => '*/'.repeat(times),
  dollars: times => '$a'.repeat(times),
  'dollar quotes': times => '$a$'.repeat(times),
  'a long tag': times => `$${'a'.repeat(times)}$${'a'.repeat(times)}`,
  'a long tag that almost ends': times => `$b${'a'.repeat(times)}$${`${'a'.repeat(999)}$`.repeat(times / 1000)}`,
  'tags that never end': times => Array.from({ length: times / 10 }, (_, index) => `$a${index} `).join(''),
  'E strings and blanks': times => "E'a'\n   ".repeat(times),
  'an E string and blanks': times => `E'a'${'\n'.repeat(times)}`,
  'E strings and comments': times => "E'a'--\n".repeat(times),
  'meta-commands': times => "\\echo 'a \n".repeat(times),
  'meta-commands on one line': times => '\\a '.repeat(times),
  'meta-commands of one letter': times => '\\'.repeat(times),
  'copied data without an end': times => "COPY a FROM stdin;\n'\n".repeat(times),
  'copied data': times =>
    Array.from({ length: times / 10 }, (_, index) => `COPY a FROM stdin;\n$a${index}$\n\\.\n`).join(''),
  'copied data and almost its end': times => `COPY a FROM stdin;\n${'\\.\\.'.repeat(times)}`,
  '\\copy of one line': times => `\\copy a${' from '.repeat(times)}`,
  semicolons: times => 'a;'.repeat(times),
  hints: times => '/*+ a */'.repeat(times),
  bodies: times => `CREATE FUNCTION f() BEGIN ATOMIC ${'CASE a; '.repeat(times)}`,
  digits: times => '1_'.repeat(times),
  dots: times => '1.'.repeat(times),
};

/** CPU time of this process: other processes do not count. */
function timeMs(text: string): number {
  const start = process.cpuUsage();
  const statements = splitStatements(text);
  statementAt(statements, text, text.length);
  parameterNumbers(text);
  unwrapExplain(`EXPLAIN (a ${text}`);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('sql: linear time', () => {
  for (const [name, adversary] of Object.entries(adversaries)) {
    it(name, () => {
      const [small, large] = [adversary(10_000), adversary(80_000)];
      const measured: string[] = [];
      // A compilation or a collection of garbage may fall into an attempt: one without is enough, and quadratic time never has one. What takes a few
      // milliseconds is too short for a ratio; quadratic time would be hundreds.
      for (let attempt = 0; attempt < 8; attempt++) {
        const [once, eightTimes] = [timeMs(small), timeMs(large)];
        if (eightTimes < Math.max(24 * once, 20)) {
          return;
        }
        measured.push(`${once.toFixed(2)} and ${eightTimes.toFixed(2)} ms`);
      }
      assert.fail(`Eight times the text takes too long: ${measured.join(', ')}`);
    }).timeout(30_000);
  }
});
