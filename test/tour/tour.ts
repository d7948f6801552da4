import path from 'node:path';
import type { Page } from 'playwright-core';
import { repositoryFolder } from '../lab/repository';
import type { EditorServer } from '../lab/editor';
import type { Shop } from '../lab/shop';

/** Where the tour leaves its numbered screenshots. */
export const tourFolder = path.join(repositoryFolder, 'out', 'tour');

/** What every step has in its hands: the window of a real editor, as a new user finds it. */
export interface Tour {
  readonly page: Page;
  readonly shop: Shop;
  readonly editor: EditorServer;
  /** To be done when the tour is over, also when it failed. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
  /** Keeps what the window shows now as the next picture: `01-<name>.png`, `02-<name>.png`, … */
  readonly shot: (name: string) => Promise<void>;
}

/** One thing that a user does, with mouse and keyboard. It ends with the window in the state that the next step needs. */
export interface TourStep {
  readonly title: string;
  run(tour: Tour): Promise<void>;
}

export function createTour(page: Page, shop: Shop, editor: EditorServer, atEnd: Tour['atEnd']): Tour {
  let pictures = 0;
  return {
    page,
    shop,
    editor,
    atEnd,
    shot: async name => {
      pictures += 1;
      // Nothing that comes and goes by itself belongs in a picture.
      await page.locator('.notification-toast .monaco-progress-container.active').first().waitFor({ state: 'hidden' });
      const file = path.join(tourFolder, `${String(pictures).padStart(2, '0')}-${name}.png`);
      await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
    },
  };
}
