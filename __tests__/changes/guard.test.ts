import { accessOf, permissionSet, type Row } from '../fixtures/access.ts'
import { compareAccessOf, compareRecords } from '../fixtures/changes.ts'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { parseRemovalLimit, type RemovalLimit } from '../../src/settings.ts'
import { checkRemovals, describeVerdict, sufficientLimit } from '../../src/changes/guard.ts'
import { anyRecords, group, user, type Records } from '../fixtures/identities.ts'

const settings = { seed: 20260502, numRuns: 400 }
const tenPercent: RemovalLimit = { kind: 'percentage', value: 10 }

describe('checkRemovals', () => {
  it.each([
    ['10%', 0, 5],
    ['10%', 59, 5],
    ['10%', 60, 6],
    ['10%', 69, 6],
    ['10%', 70, 7],
    ['29%', 100, 29],
    ['57%', 100, 57],
    ['0.7%', 1000, 7],
    ['1.1%', 1000, 11],
    ['33.333333%', 300, 99],
    ['100%', 100_000, 100_000],
    ['0%', 100_000, 5],
    ['7%', 9_007_199_254_740_991, 630_503_947_831_869],
    ['0', 1000, 0],
    ['3', 1, 3],
  ])('allows with %s of %d a loss of %d, and no more', (text, baseline, limit) => {
    expect(verdictOf(text, limit, baseline)).toMatchObject({
      refused: false,
      checks: [{ of: 'users', limit }, {}, {}, {}],
    })
    expect(verdictOf(text, limit + 1, baseline).refused).toBe(true)
  })

  it.each(['users', 'groups', 'memberships', 'emails'] as const)('refuses for %s alone', (of) => {
    const lost = { users: 0, groups: 0, memberships: 0, emails: 0, [of]: 6 }
    const verdict = checkRemovals(
      changesOf(lost, { users: 50, groups: 50, memberships: 50, emails: 50 }),
      tenPercent,
    )
    expect(verdict.refused).toBe(true)
    expect(verdict.checks.filter((check) => check.lost > check.limit).map((check) => check.of)).toEqual([of])
  })

  it('decides by counts only: other names, ids and addresses give the same verdict', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, fc.nat(4), (a, b, value) => {
        const limit: RemovalLimit = { kind: 'number', value }
        const changes = compareRecords(a, b)
        const verdict = checkRemovals(changes, limit)
        expect(checkRemovals(compareRecords(renamed(a), renamed(b)), limit)).toEqual(verdict)
        const { counts, emailsLost } = changes
        expect(verdict.refused).toBe(
          Math.max(counts.users.removed, counts.groups.removed, counts.memberships.removed, emailsLost) >
            value,
        )
      }),
      settings,
    )
  })

  it('counts the memberships of a removed user', () => {
    const groupExternalIds = ['a', 'b', 'c', 'd', 'e', 'f']
    const changes = compareRecords(
      { users: [user('u', { groupExternalIds })], groups: [] },
      { users: [], groups: [] },
    )
    expect(checkRemovals(changes, tenPercent).checks).toContainEqual({
      of: 'memberships',
      lost: 6,
      baseline: 6,
      limit: 5,
    })
  })
})

describe('describeVerdict', () => {
  const lost = { users: 12, groups: 0, memberships: 1400, emails: 0 }
  const verdict = checkRemovals(
    changesOf(lost, { users: 60, groups: 12, memberships: 2000, emails: 60 }),
    tenPercent,
  )

  it('says what would be lost, that nothing was written, and how to let it through', () => {
    expect(describeVerdict(verdict, tenPercent)).toBe(
      'More would be removed than max-removals (10%) allows: the result loses 12 of 60 users (6 allowed) and 1,400 of 2,000 memberships (200 allowed). ' +
        'Nothing was written, and any earlier snapshot is unchanged. ' +
        'If this is unexpected, find out what changed in IAM Identity Center before the next run. ' +
        'If it is intended, set max-removals to 70% for one run.',
    )
  })

  it.each<[string, string, [lost: number, baseline: number][]]>([
    ['the number where a percentage would let more go', '7', [[7, 60]]],
    [
      'the number where five are allowed anyway',
      '3',
      [
        [3, 60],
        [1, 4],
      ],
    ],
    [
      'the percentage where the number would let all users go',
      '21%',
      [
        [12, 60],
        [0, 12],
        [420, 2000],
      ],
    ],
    [
      'the percentage without those of whom five are allowed anyway',
      '21%',
      [
        [12, 60],
        [5, 6],
        [420, 2000],
      ],
    ],
    [
      'a percentage rounded up to one decimal',
      '33.4%',
      [
        [1, 60],
        [0, 12],
        [1000, 3000],
      ],
    ],
    [
      'the number where both would let all go',
      '2000',
      [
        [60, 60],
        [12, 12],
        [2000, 2000],
        [60, 60],
      ],
    ],
  ])('proposes %s: %s', (_, proposed, losses) => {
    const of = ['users', 'groups', 'memberships', 'emails'] as const
    const part = (at: 0 | 1) =>
      Object.fromEntries(of.map((kind, n) => [kind, losses[n]?.[at] ?? 0])) as unknown as Sizes
    expect(sufficientLimit(checkRemovals(changesOf(part(0), part(1)), tenPercent))).toBe(proposed)
  })

  it('names a limit that is a number, and every kind of loss', () => {
    const limit: RemovalLimit = { kind: 'number', value: 3 }
    const losses = { users: 4, groups: 5, memberships: 6, emails: 7 }
    const all = checkRemovals(
      changesOf(losses, { users: 60, groups: 12, memberships: 2000, emails: 60 }),
      limit,
    )
    expect(describeVerdict(all, limit)).toContain(
      'max-removals (3) allows: the result loses 4 of 60 users (3 allowed), 5 of 12 groups (3 allowed), ' +
        '6 of 2,000 memberships (3 allowed) and 7 of 60 e-mail addresses (3 allowed). ',
    )
  })

  it('names a single loss without a list', () => {
    const limit: RemovalLimit = { kind: 'number', value: 0 }
    const one = checkRemovals(
      changesOf(
        { users: 1, groups: 0, memberships: 0, emails: 0 },
        { users: 2, groups: 0, memberships: 0, emails: 0 },
      ),
      limit,
    )
    expect(describeVerdict(one, limit)).toContain('the result loses 1 of 2 users (0 allowed). ')
  })

  it('leaves the decision to the review with a directory source', () => {
    const text = describeVerdict(verdict, tenPercent, 'directory')
    expect(text).toContain('the review decides')
    expect(text).not.toContain('Nothing was written')
  })

  it('proposes a number that lets the result through, whatever was lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
        fc.nat(20),
        ([users = 0, groups = 0, memberships = 0, emails = 0], percent) => {
          const changes = changesOf(
            { users, groups, memberships, emails },
            { users: 1000, groups: 1000, memberships: 5000, emails: 1000 },
          )
          const limit: RemovalLimit = { kind: 'percentage', value: percent }
          const refused = checkRemovals(changes, limit)
          if (!refused.refused) return
          const proposed = parseRemovalLimit(
            /set max-removals to (\S+) /.exec(describeVerdict(refused, limit))?.[1] ?? '',
          )
          expect(proposed && checkRemovals(changes, proposed).refused).toBe(false)
        },
      ),
      settings,
    )
  })

  it('counts lost assignments only where the baseline has some', () => {
    const held = (count: number) => ({
      users: [],
      groups: [group('g')],
      access: accessOf(
        Array.from({ length: count }, (_, i): Row => ['GROUP', 'g', String(111111111111 + i), 'a']),
        [permissionSet('a')],
      ),
    })
    const verdict = (baseline: Parameters<typeof compareAccessOf>[0]) =>
      checkRemovals(
        { ...compareRecords(baseline, held(9)), access: compareAccessOf(baseline, held(9)) },
        { kind: 'percentage', value: 10 },
      )
    expect(verdict(held(14)).refused).toBe(false)
    const refused = verdict(held(15))
    expect(refused.checks.at(-1)).toEqual({ of: 'assignments', lost: 6, baseline: 15, limit: 5 })
    expect(describeVerdict(refused, { kind: 'percentage', value: 10 })).toContain(
      '6 of 15 assignments (5 allowed)',
    )
    const { access: _, ...without } = held(15)
    expect(verdict(without).checks.map((check) => check.of)).toEqual([
      'users',
      'groups',
      'memberships',
      'emails',
    ])
  })

  it('says so when nothing is refused', () => {
    expect(describeVerdict({ refused: false, checks: [] }, { kind: 'number', value: 3 })).toContain(
      'no more than max-removals (3) allows',
    )
  })
})

type Sizes = Record<'users' | 'groups' | 'memberships' | 'emails', number>

function changesOf(lost: Sizes, baseline: Sizes) {
  return {
    counts: {
      users: { added: 0, removed: lost.users, changed: 0 },
      groups: { added: 0, removed: lost.groups, changed: 0 },
      memberships: { added: 0, removed: lost.memberships },
    },
    emailsLost: lost.emails,
    baseline,
  }
}

/** The same identities under other names; what was empty stays empty. */
function renamed({ users, groups }: Records): Records {
  const id = (old: string): string => `id-${old}`
  const name = (old: string): string => (old === '' ? '' : `other ${old}`)
  return {
    users: users.map((one) => ({
      ...one,
      externalId: id(one.externalId),
      userName: name(one.userName),
      name: name(one.name),
      email: name(one.email),
      groupExternalIds: one.groupExternalIds?.map(id) ?? null,
    })),
    groups: groups.map((one) => ({
      ...one,
      externalId: id(one.externalId),
      name: name(one.name),
      displayName: name(one.displayName),
    })),
  }
}

function verdictOf(text: string, users: number, baseline: number) {
  const limit = parseRemovalLimit(text)
  if (limit === undefined) throw new Error(`not a limit: ${text}`)
  return checkRemovals(
    changesOf(
      { users, groups: 0, memberships: 0, emails: 0 },
      { users: baseline, groups: 0, memberships: 0, emails: 0 },
    ),
    limit,
  )
}
