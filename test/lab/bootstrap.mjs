// The way from a fresh clone into one of the project's programs: node test/lab/bootstrap.mjs <program> [arguments …]
// It installs the dependencies where they are missing or out of date, builds, and runs the program in this very process, so
// that signals and the exit code are the program's own. Until the dependencies are there it can use nothing but Node.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const oldestNode = [20, 19];
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const extension = [];
const tests = ['--tests'];

/** Each with what esbuild.mjs has to build before; what else it needs, a program builds itself. */
const programs = {
  start: { file: 'out/test/lab/start.js', builds: [extension, tests] },
  test: { file: 'out/test/run.js', builds: [tests] },
  tour: { file: 'out/test/tour/run.js', builds: [extension, tests] },
  bench: { file: 'out/test/bench/run.js', builds: [extension, tests] },
  package: { file: 'test/package/package.mjs', builds: [] },
};

/** A failure that the user can do something about: its message is all there is to show. */
class Failure extends Error {}

async function main(name) {
  checkNode(process.versions.node);
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) {
    throw new Failure(`Say what to run: node test/lab/bootstrap.mjs ${Object.keys(programs).join('|')}`);
  }
  if (!(await dependenciesMatch())) await install();
  await Promise.all(program.builds.map(build));
  const file = path.join(root, program.file);
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(file).href);
}

function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Failure(
    `Planpool needs Node ${oldestNode.join('.')} or newer, and this is Node ${version}. Install a newer Node and try again.`,
  );
}

/** Whether npm's own record of what is in node_modules agrees with the lock file, but for packages of other platforms. */
async function dependenciesMatch() {
  const wanted = await packagesIn('package-lock.json');
  const installed = await packagesIn(path.join('node_modules', '.package-lock.json'));
  return (
    wanted !== null &&
    installed !== null &&
    Object.entries(wanted).every(([place, { version, optional, devOptional }]) => {
      if (place === '') return true;
      const found = installed[place];
      return found === undefined ? optional === true || devOptional === true : found.version === version;
    })
  );
}

async function packagesIn(file) {
  try {
    return JSON.parse(await readFile(path.join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

async function install() {
  const startedAt = Date.now();
  process.stdout.write('Installing the dependencies … ');
  // npm names its own script to the scripts it runs; on Windows the npm on the PATH is a shell script.
  const script = process.env.npm_execpath;
  const [command, ...first] = script !== undefined && script.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const { code, output } = await run(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  process.stdout.write(code === 0 ? `${seconds(startedAt)}\n` : 'failed\n');
  if (code !== 0) throw new Failure(installAdvice(output));
}

function installAdvice(output) {
  const common = commonAdvice(output);
  if (common !== null) return common;
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network/.test(output)) {
    return 'npm cannot reach its registry. Check the network and the proxy settings (npm config list) and try again.';
  }
  const lines = output.split('\n').filter(line => line.startsWith('npm error'));
  return `npm could not install the dependencies. It says:\n${lines.slice(0, 6).join('\n') || output.trim()}`;
}

function commonAdvice(output) {
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) {
    return `${root} cannot be written to. Give yourself the right to write there, or clone into a folder of your own.`;
  }
  if (/\bENOSPC\b/.test(output)) return 'The disk is full. Free about 2 GB and try again.';
  return null;
}

async function build(options) {
  const { code, output } = await run(process.execPath, ['esbuild.mjs', ...options]);
  if (code !== 0) throw new Failure(commonAdvice(output) ?? `The build failed:\n${output.trim()}`);
  process.stdout.write(output);
}

/** A signal that is meant for this process alone, as npm sends it, ends the child too. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const shell = command === 'npm' && process.platform === 'win32';
    const child = spawn(command, args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data));
    child.on('error', error => {
      const missing = error.code === 'ENOENT' && command === 'npm';
      reject(missing ? new Failure('npm is not on the PATH. It comes with Node: install both and try again.') : error);
    });
    let stoppedBy = null;
    const forward = signal => {
      stoppedBy = signal;
      child.kill(signal);
    };
    for (const signal of stopSignals) process.on(signal, forward);
    child.on('close', code => {
      for (const signal of stopSignals) process.off(signal, forward);
      // Whoever waits for this process sees that it was stopped, as if it had never listened.
      if (stoppedBy === null) resolve({ code, output });
      else process.kill(process.pid, stoppedBy);
    });
  });
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

main(process.argv[2]).catch(error => {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
