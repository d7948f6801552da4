import { plainLabel } from '../../editor/plainText';
import { quickPick } from '../../editor/quickPick';
import type { OverrideChoice } from '../../guc/overrideChoice';

/** Lets the user choose an override set; the choice stays until another is made. */
export async function pickOverrideSet(choice: OverrideChoice): Promise<void> {
  const chosen = choice.chosen.name;
  const items = choice.sets.map(set => ({
    name: set.name,
    label: plainLabel(set.name),
    description: set.name === chosen ? 'chosen' : '',
    detail: plainLabel(set.description),
  }));
  const picked = await quickPick({
    title: 'Override set for the next Explain',
    placeholder: 'Which planner settings should a run have?',
    items,
    problems: choice.problems,
    active: items.find(item => item.name === chosen),
    edit: { setting: 'overrideSets', tooltip: 'Edit your own override sets' },
  });
  if (picked) {
    await choice.choose(picked.name);
  }
}
