import { createHash, randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { platform as thisPlatform } from 'node:os'
import { join, relative } from 'node:path'
import { UserError } from '../errors.ts'
import { systemErrorCode } from '../files.ts'
import { DROP_IN_ARGUMENT } from '../version.ts'

/**
 * The `connector-name` of each kind. No GitHub account can have two hyphens in a row, so that the CLI can never download
 * another connector in place of our own. The drop-in also answers to the released versions of the reference connector,
 * which an existing raito.yml may pin.
 */
const KINDS = {
  own: { name: 'local--connectors/aws-organization-sync', versions: [], argument: undefined },
  'drop-in': {
    name: 'raito-io/cli-plugin-aws-organization',
    versions: ['0.0.1', '0.0.2'],
    argument: DROP_IN_ARGUMENT,
  },
} as const

export type ConnectorKind = keyof typeof KINDS

export interface InstallOptions {
  kind: ConnectorKind
  /** The home directory of whoever runs `raito`: absolute. */
  home: string
  /** The directory of the built connector, which holds `index.js`. */
  bundleDirectory: string
  /** The Node executable that will run it: absolute (24 or newer). */
  node: string
  /** X.Y.Z of the connector */
  version: string
  platform?: NodeJS.Platform
}

/**
 * Puts the connector where the Raito CLI looks for it, without asking the network and so that the CLI does not either:
 * `~/.raito/plugins/<group>/<name>-<version>` and `-latest` are small shell scripts that start the bundle, which is copied
 * to `~/.raito/aws-organization-sync/` (beside the plugins, since the CLI takes whatever matches `<name>-*` for a version).
 * Each file appears whole or not at all, so that a CLI that runs meanwhile is not disturbed.
 *
 * Gives `connector-name` and `connector-version` for raito.yml. Throws a UserError on Windows and where files cannot be written.
 */
export async function installConnector(options: InstallOptions): Promise<{ name: string; version: string }> {
  const { kind, home, node, version, platform = thisPlatform() } = options
  if (platform === 'win32') {
    throw new UserError(
      'precondition',
      'The Raito connector cannot be installed on Windows, where there is no Raito CLI. ' +
        'Run this job on Linux or macOS, or set raito-connector to none.',
    )
  }

  const { name, versions, argument } = KINDS[kind]
  const [group = '', base = ''] = name.split('/')
  const raito = join(home, '.raito')
  try {
    const bundle = await copyBundle(options.bundleDirectory, join(raito, 'aws-organization-sync'), version)
    const command = [node, join(bundle, 'index.js'), ...(argument === undefined ? [] : [argument])]
    const script = `#!/bin/sh\n# Starts AWS Organization Sync ${version} for the Raito CLI.\nexec ${command.map(quote).join(' ')}\n`

    const plugins = join(raito, 'plugins', group)
    await mkdir(plugins, { recursive: true, mode: 0o755 })
    for (const suffix of [version, 'latest', ...versions]) {
      await replaceFile(join(plugins, `${base}-${suffix}`), script)
    }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    const { path = raito } = error as NodeJS.ErrnoException
    throw new UserError(
      'precondition',
      `The Raito connector could not be installed in ${raito}: ${code} at ${path}. ` +
        'Make the home directory of this job writable.',
      { cause: error },
    )
  }
  return { name, version }
}

/** Copies the bundle to a directory named after its content, once; an installed one is never changed under a running CLI. */
async function copyBundle(source: string, parent: string, version: string): Promise<string> {
  const digest = await digestOf(source)
  const target = join(parent, `${version}-${digest.slice(0, 12)}`)
  const isInstalled = async () => (await digestOf(target).catch(() => undefined)) === digest
  if (await isInstalled()) return target

  await mkdir(parent, { recursive: true, mode: 0o755 })
  const copy = join(parent, `.${randomUUID()}`)
  const damaged = join(parent, `.${randomUUID()}`)
  try {
    await cp(source, copy, { recursive: true })
    // Readable for all, whatever the umask: `raito` may run as another user of the machine.
    await chmod(copy, 0o755)
    for (const entry of await entriesOf(copy)) await chmod(pathOf(entry), entry.isDirectory() ? 0o755 : 0o644)
    await rename(copy, target)
  } catch (error) {
    // Another job of this machine was faster; or what stands there under this name is damaged.
    if (await isInstalled()) return target
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error
    await rename(target, damaged)
    await rename(copy, target)
  } finally {
    await rm(copy, { recursive: true, force: true })
    await rm(damaged, { recursive: true, force: true })
  }
  return target
}

/** A digest of the names and contents of the files of a directory. */
async function digestOf(directory: string): Promise<string> {
  const hash = createHash('sha256')
  const files = (await entriesOf(directory)).filter((entry) => entry.isFile())
  for (const path of files.map(pathOf).sort()) {
    const content = await readFile(path)
    hash.update(`${relative(directory, path)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function entriesOf(directory: string): Promise<Dirent[]> {
  return readdir(directory, { recursive: true, withFileTypes: true })
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name)
}

/** A name with a dot in front is none that the CLI would take for a version of the connector. */
async function replaceFile(path: string, script: string): Promise<void> {
  const temporary = join(path, '..', `.${randomUUID()}`)
  try {
    await writeFile(temporary, script, { flag: 'wx' })
    await chmod(temporary, 0o755)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** One word of a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
