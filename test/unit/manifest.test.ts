import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { commandIds, settingIds, sqlLanguages } from '../../src/ids';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly when: string }[];
  };
}

const manifest = JSON.parse(readFileSync(path.join(__dirname, '../../../package.json'), 'utf8')) as Manifest;
const { commands, configuration, menus, keybindings } = manifest.contributes;

describe('manifest: package.json and ids.ts', () => {
  it('name the same commands', () => {
    assert.deepEqual(commands.map(one => one.command).sort(), [...commandIds].sort());
    assert.deepEqual(new Set(commands.map(one => one.category)), new Set(['Planpool']));
  });

  it('name the same settings', () => {
    const ids = Object.values(settingIds).map(id => `planpool.${id}`);
    assert.deepEqual(Object.keys(configuration.properties).sort(), ids.sort());
  });

  it('keep connections out of the reach of a workspace', () => {
    assert.equal(configuration.properties['planpool.connections']?.scope, 'machine');
  });

  it('name the same languages wherever a language is tested', () => {
    const test = `editorLangId =~ /^(${sqlLanguages.join('|')})$/`;
    for (const { when } of [...(menus['editor/context'] ?? []), ...keybindings]) {
      assert.ok(when.includes(test), when);
    }
    assert.deepEqual(
      manifest.activationEvents,
      sqlLanguages.map(language => `onLanguage:${language}`),
    );
  });

  it('put only contributed commands into menus and keybindings', () => {
    const used = [...Object.values(menus).flat(), ...keybindings].map(one => one.command);
    assert.deepEqual(
      used.filter(command => !commands.some(one => one.command === command)),
      [],
    );
  });
});
