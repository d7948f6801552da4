/** Asks the user something in the midst of a task. */
type Ask = <A>(question: () => Promise<A>) => Promise<A>;

/**
 * Runs a task of which the progress is shown, but not while the user is asked something: `show` is called for each stretch of
 * work, with a promise that ends with it, so once more after each question.
 */
export async function betweenQuestions<T>(
  show: (stretch: Promise<void>) => void,
  task: (ask: Ask) => Promise<T>,
): Promise<T> {
  let end = begin();
  try {
    return await task(async question => {
      end();
      try {
        return await question();
      } finally {
        end = begin();
      }
    });
  } finally {
    end();
  }

  function begin(): () => void {
    let resolve: () => void = () => undefined;
    show(new Promise<void>(resolved => (resolve = resolved)));
    return resolve;
  }
}
