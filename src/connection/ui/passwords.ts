import * as vscode from 'vscode';
import type { PasswordSource } from '../passwordSource';
import type { Profile } from '../profile';
import { secretKey } from '../secretKey';

/** SecretStorage cannot list its keys, so they are kept here, without which nothing could be forgotten. */
const indexKey = 'secretKeys';

/**
 * Passwords from the editor's secret storage, kept under a hash of the endpoint, so that a changed endpoint asks again. The profile
 * of the environment has `PGPASSWORD`, which is never stored.
 */
export class Passwords implements PasswordSource {
  /** Answers for profiles of the environment, which are not stored: they last as long as this window. */
  private readonly forThisWindow = new Map<string, string>();

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly memory: vscode.Memento,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async get(profile: Profile): Promise<string | null> {
    if (profile.source === 'environment') {
      return this.forThisWindow.get(secretKey(profile)) ?? this.environment['PGPASSWORD'] ?? null;
    }
    return (await this.secrets.get(secretKey(profile))) ?? null;
  }

  async ask(profile: Profile, why: 'needed' | 'wrong'): Promise<string | undefined> {
    const password = await vscode.window.showInputBox({
      title: `Password of ${profile.user} for ${profile.name}`,
      prompt: `${profile.host}:${String(profile.port)}/${profile.database}${why === 'wrong' ? ': the server refused the last one' : ''}`,
      password: true,
      ignoreFocusOut: true,
    });
    const key = secretKey(profile);
    if (password !== undefined && profile.source === 'environment') {
      this.forThisWindow.set(key, password);
    } else if (password !== undefined) {
      await this.secrets.store(key, password);
      await this.memory.update(indexKey, [...new Set([...this.index(), key])]);
    }
    return password;
  }

  async forget(profile: Profile): Promise<void> {
    this.forThisWindow.delete(secretKey(profile));
    await this.remove([secretKey(profile)]);
  }

  /** Forgets every password the user gave; answers how many. */
  async forgetAll(): Promise<number> {
    const keys = this.index();
    const count = keys.length + this.forThisWindow.size;
    this.forThisWindow.clear();
    await this.remove(keys);
    return count;
  }

  private async remove(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map(key => this.secrets.delete(key)));
    await this.memory.update(
      indexKey,
      this.index().filter(key => !keys.includes(key)),
    );
  }

  private index(): readonly string[] {
    return this.memory.get<readonly string[]>(indexKey, []);
  }
}
