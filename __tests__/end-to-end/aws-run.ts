import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startIdentityCenter } from '../../emulator/identity-center.ts'
import type { IdentityCenter, IdentityCenterOptions } from '../../emulator/identity-center.ts'
import { ACCOUNT, groupsOf, usersOf } from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import { runAction } from '../../emulator/runner.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'

/** The snapshot's files in a directory. */
export const snapshotFiles = ['groups.json', 'manifest.json', 'users.json']

export type Variables = Record<string, string | undefined>

export interface RunOptions extends Pick<
  RunActionOptions,
  'workspace' | 'temp' | 'home' | 'signalAfter' | 'onStart'
> {
  inputs?: Record<string, string>
  env?: Variables
}

/** Runs the bundle on an emulator with nothing of GitHub in it: no baseline, no comment, no artifact. */
export async function runOn(center: IdentityCenter, options: RunOptions = {}): Promise<ActionResult> {
  return runBundle({ ...options, env: { ...center.environment, ...options.env } })
}

/** Runs the bundle with the environment as it is given. */
export async function runBundle({ inputs, ...options }: RunOptions): Promise<ActionResult> {
  return runAction({
    ...options,
    inputs: {
      'aws-account-id': ACCOUNT,
      'requests-per-second': '1000',
      baseline: 'none',
      comment: 'never',
      'upload-artifact': 'false',
      ...inputs,
    },
  })
}

/** Starts an emulator for the time of some work. */
export async function withCenter<T>(
  organization: Organization,
  options: IdentityCenterOptions,
  work: (center: IdentityCenter) => Promise<T>,
): Promise<T> {
  const center = await startIdentityCenter(organization, options)
  try {
    return await work(center)
  } finally {
    await center.close()
  }
}

/** A directory's files by name, as one text that compares bytes, times not included. */
export function contentOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => {
        const path = join(directory, name)
        const what = statSync(path).isDirectory() ? 'directory' : digest(readFileSync(path))
        return [name, what]
      }),
  )
}

export function digest(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A directory that holds what an earlier run and somebody else have left. */
export function placeEarlierFiles(directory: string): Record<string, string> {
  mkdirSync(directory, { recursive: true })
  for (const name of [...snapshotFiles, 'notes.txt']) {
    writeFileSync(join(directory, name), `the earlier ${name}`, { mode: 0o600 })
  }
  return contentOf(directory)
}

/** Everything that a run shows to people or to later steps. */
export function shownBy(result: ActionResult): string {
  const { stdout, stderr, outputs, exported, state, summary, annotations } = result
  return [
    stdout,
    stderr,
    summary,
    ...Object.values({ ...outputs, ...exported, ...state }),
    ...annotations.map(({ message }) => message),
  ].join('\n')
}

/** The names and addresses of an organization that are shown somewhere; words that a log may hold anyway do not count. */
export function personalDataIn(shown: string, organization: Organization): string[] {
  const users = usersOf(organization).flatMap((user) => [
    user.UserName,
    user.DisplayName,
    user.Name?.Formatted,
    ...(user.Emails ?? []).map(({ Value }) => Value),
  ])
  const groups = groupsOf(organization).flatMap((group) => [group.DisplayName, group.Description])
  const distinct = new Set([...users, ...groups].map((name) => name?.trim() ?? ''))
  return [...distinct].filter((name) => !['', 'null', '__proto__'].includes(name) && shown.includes(name))
}
