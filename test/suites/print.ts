/**
 * Prints a line of a test report. Inside an editor everything that is logged comes out of one pipe: the lines of the
 * report then start with `PLANPOOL_TEST_MARK`, by which whoever reads the pipe finds them.
 */
export function printLine(text: string): void {
  const mark = process.env[markVariable] ?? '';
  for (const line of text.split('\n')) console.log(mark + line);
}

export const markVariable = 'PLANPOOL_TEST_MARK';
