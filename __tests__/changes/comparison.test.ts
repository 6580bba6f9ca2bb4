import { describe, expect, it } from '@jest/globals'
import { compareWithBaseline, type Current } from '../../src/changes/comparison.ts'
import type { Access } from '../../src/snapshot/access.ts'
import type { Manifest, MappingOptions, Snapshot } from '../../src/snapshot/model.ts'
import { accessOf, permissionSet } from '../fixtures/access.ts'
import { MAPPING } from '../fixtures/description.ts'
import { identitiesOf, user } from '../fixtures/identities.ts'

const people = identitiesOf({ users: [user('u')], groups: [] })
const mapping: MappingOptions = { ...MAPPING, tags: ['Title'] }
const limit = { kind: 'percentage', value: 10 } as const

/** The user holds so many permission sets of one account. */
function holding(sets: number): Access {
  const keys = Array.from({ length: sets }, (_, i) => `s${i}`)
  return accessOf(
    keys.map((key) => ['USER', 'u', '111122223333', key]),
    keys.map((key) => permissionSet(key)),
  )
}

function baselineOf(access: Access | undefined, options?: Partial<MappingOptions>): Snapshot {
  // Of the manifest, the options alone are looked at.
  const manifest = options && ({ ...mapping, tags: ['Title'], ...options } as Manifest)
  return { manifest, ...people, access }
}

function compare(baseline: Snapshot | 'nothing', access?: Access, kind: Current['kind'] = 'aws') {
  return compareWithBaseline(baseline, { kind, identities: people, access, mapping }, limit)
}

describe('what is compared with a baseline', () => {
  it.each<[string, Snapshot | 'nothing', Access | undefined, object | undefined]>([
    ['nothing, and access: all of it is opened', 'nothing', holding(2), { opened: 2, assumed: false }],
    ['access on both sides', baselineOf(holding(1)), holding(3), { opened: 2, assumed: false }],
    [
      'access here alone: it stands for both',
      baselineOf(undefined),
      holding(2),
      { opened: 0, assumed: true },
    ],
    ['access there alone', baselineOf(holding(2)), undefined, undefined],
    ['no access at all', baselineOf(undefined), undefined, undefined],
    ['nothing, and no access', 'nothing', undefined, undefined],
  ])('is %s', async (_, baseline, access, expected) => {
    const { changes, notes } = await compare(baseline, access)
    const told = changes.access && { opened: changes.access.counts.opened, assumed: changes.access.assumed }
    expect(told).toEqual(expected)
    const isForgotten = baseline !== 'nothing' && baseline.access !== undefined && access === undefined
    expect(notes).toEqual(isForgotten ? [expect.stringContaining('so access was not compared')] : [])
  })

  it('may not lose too many assignments either', async () => {
    const { verdict, refusal } = await compare(baselineOf(holding(40)), holding(20))
    expect(verdict.refused).toBe(true)
    expect(refusal?.message).toContain('20 of 40 assignments')
    expect((await compare(baselineOf(holding(40)), holding(36))).refusal).toBeUndefined()
  })

  it.each<[Partial<MappingOptions> | undefined, string | undefined]>([
    [undefined, undefined],
    [{}, undefined],
    [{ tags: ['Title'] }, undefined],
    [{ tags: [] }, 'options (tags)'],
    [{ mapping: 'reference' }, 'options (mapping)'],
    [{ machineUsers: '^bot-' }, 'options (machine-users)'],
    [{ disabledUsers: 'exclude', tags: [] }, 'options (tags, disabled-users)'],
  ])('was mapped otherwise, or was not: %j', async (options, told) => {
    const { notes } = await compare(baselineOf(undefined, options))
    expect(notes).toEqual(told === undefined ? [] : [expect.stringContaining(told)])
  })
})
