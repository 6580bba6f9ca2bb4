import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { ACCOUNT } from '../../emulator/organization.ts'
import { runAction } from '../../emulator/runner.ts'
import { run } from '../../src/action/run.ts'
import type { Group } from '../../src/snapshot/model.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { readContext } from '../../src/github/context.ts'
import { group as team, user as person, type Records, type UserRecord } from '../fixtures/identities.ts'
import type { Files } from './scene.ts'
import { anEvent, filesOf, newDirectory, putSnapshot, STORE } from './scene.ts'

/** What happens to an organization between two runs; numbers choose among what is there. */
type Edit =
  | { edit: 'add user'; name: string; groups: number[] }
  | { edit: 'remove user' | 'remove group' | 'rename group' | 'describe group'; at: number }
  | { edit: 'rename user' | 'change user name' | 'change address' | 'lose address'; at: number }
  | { edit: 'tag user' | 'untag user' | 'machine' | 'not a machine'; at: number }
  | { edit: 'add group'; name: string; members: number[] }
  | { edit: 'join' | 'leave'; at: number; group: number }

const at = fc.nat(40)
const name = fc.constantFrom('Ana', 'Bo', 'Čiro', '😀', 'x y')
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant('add user' as const), name, groups: fc.array(at, { maxLength: 3 }) }),
  fc.record({ edit: fc.constant('add group' as const), name, members: fc.array(at, { maxLength: 3 }) }),
  fc.record({ edit: fc.constantFrom('join' as const, 'leave' as const), at, group: at }),
  fc.record({
    edit: fc.constantFrom(
      'remove user' as const,
      'remove group' as const,
      'rename group' as const,
      'describe group' as const,
    ),
    at,
  }),
  fc.record({
    edit: fc.constantFrom(
      'rename user' as const,
      'change user name' as const,
      'change address' as const,
      'lose address' as const,
      'tag user' as const,
      'untag user' as const,
      'machine' as const,
      'not a machine' as const,
    ),
    at,
  }),
)
const anyOrganization = fc
  .record({
    users: fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 12 }),
    groups: fc.uniqueArray(fc.nat(60), { maxLength: 6 }),
    memberships: fc.array(fc.tuple(at, at), { maxLength: 25 }),
  })
  .map(({ users, groups, memberships }): Records => {
    const all = groups.map((n) => team(`g-${String(n)}`))
    const everybody = users.map((n) => person(`u-${String(n)}`, { isMachine: false }))
    for (const [user, group] of memberships) join_(pick(everybody, user), pick(all, group)?.externalId)
    return { users: everybody, groups: all }
  })
/** The first edits make a baseline that is worth comparing, the others what it is compared with. */
const anyHistory = fc.record({
  start: anyOrganization,
  before: fc.array(anyEdit, { maxLength: 6 }),
  after: fc.array(anyEdit, { maxLength: 12 }),
})

let added = 0

function pick<T>(all: readonly T[], n: number): T | undefined {
  return all.length === 0 ? undefined : all[n % all.length]
}

function join_(user: UserRecord | undefined, groupId: string | undefined): void {
  if (user === undefined || groupId === undefined) return
  user.groupExternalIds = [...new Set([...(user.groupExternalIds ?? []), groupId])]
}

function leave(user: UserRecord | undefined, groupId: string | undefined): void {
  if (user === undefined || user.groupExternalIds === null) return
  const left = user.groupExternalIds.filter((one) => one !== groupId)
  user.groupExternalIds = left.length === 0 ? null : left
}

function apply({ users, groups }: Records, edits: readonly Edit[]): Records {
  const now: Records = structuredClone({ users, groups })
  const change = (user: UserRecord | undefined, more: Partial<UserRecord>) => Object.assign(user ?? {}, more)
  const regroup = (group: Group | undefined, more: Partial<Group>) => Object.assign(group ?? {}, more)
  edits.forEach((edit, step) => {
    const user = 'at' in edit ? pick(now.users, edit.at) : undefined
    const group = 'at' in edit ? pick(now.groups, edit.at) : undefined
    const tag = { key: 'Title', value: `Title ${String(step)}`, source: 'AWS IAM Identity Center' }
    switch (edit.edit) {
      case 'add user': {
        const one = person(`${edit.groups.length % 2 === 0 ? 'a' : 'v'}-${String(added++)}`, {
          name: edit.name,
          isMachine: false,
        })
        for (const n of edit.groups) join_(one, pick(now.groups, n)?.externalId)
        now.users.push(one)
        break
      }
      case 'add group': {
        const one = team(`${edit.members.length % 2 === 0 ? 'a' : 'h'}-${String(added++)}`, {
          name: edit.name,
        })
        now.groups.push(one)
        for (const n of edit.members) join_(pick(now.users, n), one.externalId)
        break
      }
      case 'remove user':
        // Somebody is always left: a snapshot of nobody is refused.
        if (now.users.length > 1) now.users.splice(edit.at % now.users.length, 1)
        break
      case 'remove group':
        for (const one of now.users) leave(one, group?.externalId)
        now.groups = now.groups.filter((one) => one !== group)
        break
      case 'join':
        join_(user, pick(now.groups, edit.group)?.externalId)
        break
      case 'leave':
        leave(user, pick(user?.groupExternalIds ?? [], edit.group))
        break
      case 'rename group':
        regroup(group, {
          name: `Renamed ${String(step)}`,
          displayName: `Renamed ${String(step)}`,
        })
        break
      case 'describe group':
        regroup(group, { description: `About ${String(step)}` })
        break
      case 'rename user':
        change(user, { name: `Renamed ${String(step)}` })
        break
      case 'change user name':
        change(user, { userName: `renamed-${String(step)}@example.com` })
        break
      case 'change address':
        change(user, { email: `other-${String(step)}@example.com` })
        break
      case 'lose address':
        change(user, { email: '' })
        break
      case 'tag user':
        change(user, { tags: [tag] })
        break
      case 'untag user':
        change(user, { tags: null })
        break
      case 'machine':
        change(user, { isMachine: true })
        break
      case 'not a machine':
        change(user, { isMachine: false })
        break
    }
  })
  return now
}

// The oracle: sets and maps over the two pairs of files, nothing of src/.

type Row = Record<string, unknown> & { externalId: string }

interface Expected {
  outputs: Record<string, string>
  changes: Record<'counts' | 'users' | 'groups' | 'memberships' | 'madeAgain', unknown>
  numbers: Record<'Users' | 'Groups' | 'Memberships', (number | undefined)[]>
  total: number
}

function expectedOf(before: Files, now: Files): Expected {
  const [oldUsers, newUsers] = [before, now].map((files) => rowsOf(files['users.json'])) as [Rows, Rows]
  const [oldGroups, newGroups] = [before, now].map((files) => rowsOf(files['groups.json'])) as [Rows, Rows]
  const users = difference(
    oldUsers,
    newUsers,
    ['externalId', 'userName', 'name', 'email'],
    ['groupExternalIds'],
    ['tags', 'isMachine'],
  )
  const groups = difference(oldGroups, newGroups, ['externalId', 'name'], [], ['description'])
  const changedAs = (rows: ReturnType<typeof difference>['changed'], key: string) =>
    rows.map(({ row, fields }) => ({ externalId: row.externalId, [key]: row[key], fields }))
  const groupName = (id: string) => newGroups.get(id)?.['name'] ?? oldGroups.get(id)?.['name'] ?? id
  const pairs = (rows: Rows) =>
    new Set(
      [...rows.values()].flatMap((row) =>
        ((row['groupExternalIds'] ?? []) as string[]).map((group) => JSON.stringify([row.externalId, group])),
      ),
    )
  const [oldPairs, newPairs] = [pairs(oldUsers), pairs(newUsers)]
  const described = (from: Set<string>, without: Set<string>) =>
    [...from]
      .filter((pair) => !without.has(pair))
      .map((pair) => JSON.parse(pair) as [string, string])
      .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
      .map(([user, group]) => ({
        userExternalId: user,
        userName: (newUsers.get(user) ?? oldUsers.get(user))?.['userName'],
        groupExternalId: group,
        groupName: groupName(group),
      }))
  const memberships = { added: described(newPairs, oldPairs), removed: described(oldPairs, newPairs) }
  const counts = {
    users: sizes(users),
    groups: sizes(groups),
    memberships: { added: memberships.added.length, removed: memberships.removed.length },
  }
  const total = [counts.users, counts.groups, counts.memberships]
    .flatMap((one) => Object.values(one))
    .reduce((sum, one) => sum + one, 0)
  return {
    outputs: {
      users: String(newUsers.size),
      groups: String(newGroups.size),
      memberships: String(newPairs.size),
      changed: String(total > 0),
      ...Object.fromEntries(
        Object.entries(counts).flatMap(([kind, one]) =>
          Object.entries(one).map(([what, count]) => [`${kind}-${what}`, String(count)]),
        ),
      ),
    },
    changes: {
      counts,
      users: { added: users.added, removed: users.removed, changed: changedAs(users.changed, 'userName') },
      groups: { added: groups.added, removed: groups.removed, changed: changedAs(groups.changed, 'name') },
      memberships,
      // No two users here share a user name.
      madeAgain: { users: [], groups: madeAgain(groups) },
    },
    numbers: {
      Users: [oldUsers.size, ...Object.values(counts.users), newUsers.size],
      Groups: [oldGroups.size, ...Object.values(counts.groups), newGroups.size],
      Memberships: [
        oldPairs.size,
        counts.memberships.added,
        counts.memberships.removed,
        undefined,
        newPairs.size,
      ],
    },
    total,
  }
}

function madeAgain({ added, removed }: Record<'added' | 'removed', Record<string, unknown>[]>): object[] {
  const olds = [...removed]
  return added.flatMap(({ name, externalId: to }): object[] => {
    const [old, ...more] = olds.filter((one) => one['name'] === name)
    if (old === undefined) return []
    if (more.length > 0) olds.splice(olds.indexOf(old), 1)
    return [{ name, from: old['externalId'], to }]
  })
}

type Rows = Map<string, Row>

function rowsOf(file: string): Rows {
  return new Map((JSON.parse(file) as Row[]).map((row) => [row.externalId, row]))
}

function difference(before: Rows, now: Rows, shown: string[], hidden: string[], notEmpty: string[]) {
  const inOrder = (ids: Iterable<string>) => [...ids].sort()
  const only = (from: Rows, without: Rows) =>
    inOrder(from.keys())
      .filter((id) => !without.has(id))
      .map((id): Record<string, unknown> => {
        const valueOf = (field: string): [string, unknown] => [field, from.get(id)?.[field]]
        const given = notEmpty.map(valueOf).filter(([, value]) => value !== null && value !== '')
        return Object.fromEntries([...shown.map(valueOf), ...given])
      })
  const changed = inOrder(now.keys()).flatMap((id) => {
    const [old, row] = [before.get(id), now.get(id)]
    if (old === undefined || row === undefined) return []
    const fields = Object.keys(row)
      .filter((field) => !hidden.includes(field))
      .filter((field) => JSON.stringify(old[field]) !== JSON.stringify(row[field]))
    const values = Object.fromEntries(fields.map((field) => [field, { from: old[field], to: row[field] }]))
    return fields.length === 0 ? [] : [{ row, fields: values }]
  })
  return { added: only(now, before), removed: only(before, now), changed }
}

function sizes({ added, removed, changed }: { added: unknown[]; removed: unknown[]; changed: unknown[] }) {
  return { added: added.length, removed: removed.length, changed: changed.length }
}

function verify(
  expected: Expected,
  baseline: string,
  outputs: Record<string, string | undefined>,
  summary: string,
): void {
  expect(outputs).toMatchObject(expected.outputs)
  const text = readFileSync(outputs['changes-file'] ?? '', 'utf8')
  const changes = JSON.parse(text) as Record<string, unknown>
  expect(changes).toEqual({
    format: 'aws-organization-sync/changes/1',
    baseline: { kind: 'path', reference: baseline, account: ACCOUNT, identityStoreId: STORE },
    ...expected.changes,
    complete: true,
  })
  expect(Object.keys(changes)).toEqual([
    'format',
    'baseline',
    'counts',
    'users',
    'groups',
    'memberships',
    'madeAgain',
    'complete',
  ])
  expect(text.endsWith('}\n')).toBe(true)
  const report = readFileSync(outputs['report-file'] ?? '', 'utf8')
  for (const markdown of [report, summary]) verifyReport(markdown, expected)
}

function verifyReport(markdown: string, { total, numbers, changes }: Expected): void {
  const what = total === 0 ? 'no changes' : total === 1 ? '1 change' : `${String(total)} changes`
  expect(markdown.split('\n')[0]).toBe(`### Identity store of account \`${ACCOUNT}\`: ${what}`)
  for (const [label, counts] of Object.entries(numbers)) {
    const cells = (new RegExp(`^\\| ${label} *\\|(.*)\\|$`, 'm').exec(markdown)?.[1] ?? '').split('|')
    const shown = cells
      .map((cell) => cell.replace(/[^0-9]/g, ''))
      .map((cell) => (cell === '' ? undefined : +cell))
    expect(shown).toEqual(counts)
  }
  const { users, groups } = changes as Record<string, Record<string, Record<string, string>[]>>
  for (const one of [
    ...(users?.['added'] ?? []),
    ...(users?.['removed'] ?? []),
    ...(users?.['changed'] ?? []),
  ])
    expect(markdown).toContain(`\`${String(one['userName'])}\``)
  for (const one of [
    ...(groups?.['added'] ?? []),
    ...(groups?.['removed'] ?? []),
    ...(groups?.['changed'] ?? []),
  ])
    expect(markdown).toContain(`\`${String(one['name'])}\``)
}

/** The run without a process: the real one on real files, with nothing of GitHub or AWS. */
async function runInProcess(place: string, source: string, baseline: string) {
  const settings = parseActionSettings(
    { 'aws-account-id': ACCOUNT, source, baseline, detail: 'full', comment: 'never', 'max-removals': '100%' },
    {},
  )
  const ignore = (): void => undefined
  const { outputs, summary } = await run(settings, readContext({}, undefined), {
    environment: {},
    log: { debug: ignore, info: ignore, warning: ignore },
    workspace: place,
    temp: place,
    home: place,
    bundle: place,
    node: process.execPath,
  })
  const texts = Object.entries(outputs).map(([name, value]) => [name, String(value ?? '')])
  return { outputs: Object.fromEntries(texts) as Record<string, string>, summary }
}

describe('outputs, changes-file and report-file of random edits of an organization', () => {
  it('are those of an oracle of sets and maps', async () => {
    const place = newDirectory()
    let runs = 0
    let withChanges = 0
    await fc.assert(
      fc.asyncProperty(anyHistory, async ({ start, before, after }) => {
        const old = apply(start, before)
        const files = { before: filesOf(old), now: filesOf(apply(old, after)) }
        const here = join(place, String(runs++))
        mkdirSync(here)
        const baseline = putSnapshot(join(here, 'before'), files.before)
        const source = putSnapshot(join(here, 'now'), files.now)
        const { outputs, summary } = await runInProcess(here, source, baseline)
        const expected = expectedOf(files.before, files.now)
        if (expected.total > 0) withChanges++
        verify(expected, baseline, outputs, summary)
      }),
      { seed: 7, numRuns: 400 },
    )
    expect(withChanges).toBeGreaterThan(250)
  })

  it('are the same ones through the bundle', async () => {
    for (const { start, before, after } of fc.sample(anyHistory, { seed: 8, numRuns: 8 })) {
      const old = apply(start, before)
      const files = { before: filesOf(old), now: filesOf(apply(old, after)) }
      const place = newDirectory()
      putSnapshot(join(place, 'workspace/before'), files.before)
      putSnapshot(join(place, 'workspace/now'), files.now)
      const result = await runAction({
        workspace: join(place, 'workspace'),
        event: anEvent(),
        inputs: {
          'aws-account-id': ACCOUNT,
          source: './now',
          baseline: './before',
          'max-removals': '100%',
          comment: 'never',
        },
      })
      expect([result.code, result.errors]).toEqual([0, []])
      verify(expectedOf(files.before, files.now), './before', result.outputs, result.summary)
      expect(result.outputs).toMatchObject({
        directory: join(place, 'workspace/now'),
        'aws-identity-store-id': STORE,
      })
    }
  })
})
