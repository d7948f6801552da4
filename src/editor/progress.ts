import * as vscode from 'vscode';

const showAfterMs = 700;

/**
 * Runs a task that can be cancelled. When it takes longer than a moment, a notification with a cancel button shows it;
 * quick tasks show nothing. `stop` cancels from elsewhere, such as a page's button.
 */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
  stop: AbortController,
): Promise<T> {
  const work = task(stop.signal);
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<'slow'>(resolve => (timer = setTimeout(resolve, showAfterMs, 'slow')));
  const done = work.then(
    () => 'done' as const,
    () => 'done' as const,
  );
  const first = await Promise.race([done, slow]);
  clearTimeout(timer);
  if (first === 'slow') {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (_, token) => {
        token.onCancellationRequested(() => stop.abort());
        await done;
      },
    );
  }
  return work;
}
