import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { permissionSet } from '../__tests__/fixtures/access.ts'
import { DESCRIPTION } from '../__tests__/fixtures/description.ts'
import { renderManifest } from '../src/snapshot/manifest.ts'
import type { Access } from '../src/snapshot/access.ts'
import { accessFile } from '../src/snapshot/access-file.ts'
import {
  countAccess,
  MANIFEST_FORMAT,
  type FileDigest,
  type Group,
  type User,
} from '../src/snapshot/model.ts'
import { importFile, renderGroup, renderUser } from '../src/snapshot/raito-json.ts'

/** A snapshot that is right in shape, digests and counts, and as large as its kind can be. */
export interface Hostile {
  users: number
  groups: number
  /** Each user is in so many groups, the first ones. */
  groupsOfUser?: number
  /** What is added to each record. */
  text?: string
  /** Each user has every one of ten permission sets in so many accounts. */
  accountsOfUser?: number
  /** Without one, groups.json holds other groups than users.json names. */
  withoutManifest?: boolean
}

export const HOSTILE: Readonly<Record<string, Hostile>> = {
  '1.7 million tiny groups': { users: 1, groups: 1_700_000 },
  '1.7 million tiny users': { users: 1_700_000, groups: 0 },
  'both at once': { users: 1_700_000, groups: 1_700_000 },
  'as many tiny records as are taken': { users: 680_000, groups: 680_000 },
  '30 million memberships': { users: 3_000, groups: 10_000, groupsOfUser: 10_000 },
  'as many memberships as are taken': { users: 1_500, groups: 10_000, groupsOfUser: 10_000 },
  'one user in 120,000 groups, 40 times': { users: 40, groups: 120_000, groupsOfUser: 120_000 },
  'the longest records': { users: 4_000, groups: 4_000, text: 'x'.repeat(65_000) },
  'as many long records as are taken': { users: 2_500, groups: 2_500, text: 'x'.repeat(65_000) },
  'long records of wide characters': { users: 4_000, groups: 4_000, text: '€'.repeat(21_600) },
  'as many assignments as are taken': { users: 1_000, groups: 0, accountsOfUser: 180 },
  'more assignments than are taken': { users: 1_000, groups: 0, accountsOfUser: 200 },
  'unknown groups, no manifest': {
    users: 3_000,
    groups: 10_000,
    groupsOfUser: 10_000,
    withoutManifest: true,
  },
}

export function writeHostile(directory: string, hostile: Hostile): void {
  const { users, groups, groupsOfUser = 0, accountsOfUser = 0, text = '', withoutManifest = false } = hostile
  mkdirSync(directory, { recursive: true })
  const groupIds = groupsOfUser === 0 ? null : Array.from({ length: groupsOfUser }, (_, n) => idOf(n))
  const digests = {
    'users.json': write(
      join(directory, 'users.json'),
      importFile(allUsers(users, text), (user) => renderUser(user, groupIds)),
    ),
    'groups.json': write(
      join(directory, 'groups.json'),
      importFile(allGroups(groups, text, withoutManifest ? 'other' : ''), renderGroup),
    ),
  }
  if (withoutManifest) return
  const access = accountsOfUser === 0 ? undefined : accessOf(users, accountsOfUser)
  const manifest = renderManifest({
    format: MANIFEST_FORMAT,
    ...DESCRIPTION,
    counts: { users, groups, memberships: users * groupsOfUser, ...(access && countAccess(access)) },
    files: {
      ...digests,
      ...(access && { 'access.json': write(join(directory, 'access.json'), accessFile(access)) }),
    },
    ...(access && { access: 'accounts' }),
  })
  writeFileSync(join(directory, 'manifest.json'), manifest)
}

function* allUsers(count: number, text: string): Generator<User> {
  for (let n = 0; n < count; n++)
    yield {
      externalId: idOf(n),
      name: text,
      userName: 'u',
      email: '',
      tags: null,
      isMachine: null,
    }
}

function* allGroups(count: number, description: string, prefix: string): Generator<Group> {
  const rest = { name: 'g', displayName: 'g', description, parentGroupExternalIds: null, tags: null }
  for (let n = 0; n < count; n++) yield { externalId: prefix + idOf(n), ...rest }
}

function accessOf(users: number, accountsOfUser: number): Access {
  const accounts = Array.from({ length: accountsOfUser }, (_, n) => ({ id: String(1e11 + n), name: null }))
  // Short arns, so that as many assignments as can be are in a file.
  const permissionSets = Array.from({ length: 10 }, (_, n) =>
    permissionSet('p', { arn: `arn:aws:sso:::permissionSet/${String(n)}` }),
  )
  const assignments: Access['assignments'] = []
  for (let user = 0; user < users; user++)
    for (const { id: account } of accounts)
      for (const { arn } of permissionSets)
        assignments.push({ principalType: 'USER', principalId: idOf(user), account, permissionSet: arn })
  return { accounts, permissionSets, assignments }
}

/** Short, and in the order of the numbers. */
function idOf(n: number): string {
  return n.toString(36).padStart(5, '0')
}

function write(file: string, pieces: Iterable<string>): FileDigest {
  const handle = openSync(file, 'w')
  const hash = createHash('sha256')
  let bytes = 0
  for (const piece of pieces) {
    const buffer = Buffer.from(piece)
    hash.update(buffer)
    bytes += buffer.byteLength
    writeSync(handle, buffer)
  }
  closeSync(handle)
  return { sha256: hash.digest('hex'), bytes }
}
