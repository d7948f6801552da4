import { plainLabel } from '../../editor/plainText';
import { quickPick } from '../../editor/quickPick';
import { openSetting } from '../../editor/settings';
import type { ConnectionChoice } from '../connectionChoice';
import type { Profile } from '../profile';

/** Lets the user choose the PostgreSQL connection that Explain uses; without any, leads to the setting. */
export async function pickConnection(choice: ConnectionChoice): Promise<void> {
  const chosen = choice.chosen?.name;
  const profiles = choice.profiles.filter(profile => profile.kind === 'postgresql').map(itemOf);
  const items =
    profiles.length > 0 ? profiles : [{ profile: null, label: '$(settings-gear) Add a connection in the settings' }];
  const picked = await quickPick({
    title: 'Connection for Explain',
    placeholder: profiles.length > 0 ? 'Which server?' : 'No connection is set up yet',
    items,
    problems: choice.problems,
    active: items.find(({ profile }) => profile?.name === chosen),
    edit: { setting: 'connections', tooltip: 'Edit connections' },
  });
  if (picked?.profile) {
    await choice.choose(picked.profile);
  } else if (picked) {
    await openSetting('connections');
  }

  function itemOf(profile: Profile) {
    return {
      profile,
      label: plainLabel(profile.name),
      description: plainLabel([profile.label, profile.name === chosen ? 'chosen' : null].filter(Boolean).join(' · ')),
      detail: plainLabel(`${profile.user}@${profile.host}:${String(profile.port)}/${profile.database}`),
    };
  }
}
