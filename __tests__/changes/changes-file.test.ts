import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { changesFile } from '../../src/changes/changes-file.ts'
import { compareSnapshots } from '../../src/changes/compare.ts'
import type { BaselineReference } from '../../src/changes/model.ts'
import { anyIdentities, group, user } from '../fixtures/identities.ts'

const reference: BaselineReference = {
  kind: 'path',
  reference: './before',
  account: '111122223333',
  identityStoreId: 'd-1234567890',
}

describe('changesFile', () => {
  it('is a record a line, in the documented shape', () => {
    const changes = compareSnapshots(
      { users: [user('u1', { email: '' })], groups: [group('g1'), group('g3')] },
      {
        users: [user('u1', { groupExternalIds: ['g1', 'g2'] }), user('u2')],
        groups: [group('g1', { description: 'new' }), group('g2')],
      },
    )
    expect([...changesFile(changes, reference)].join('')).toBe(`{
  "format": "aws-organization-sync/changes/1",
  "baseline": {"kind":"path","reference":"./before","account":"111122223333","identityStoreId":"d-1234567890"},
  "counts": {"users":{"added":1,"removed":0,"changed":1},"groups":{"added":1,"removed":1,"changed":1},"memberships":{"added":2,"removed":0}},
  "users": {
    "added": [
      {"externalId":"u2","userName":"u2@example.com","name":"Name u2","email":"u2@example.com"}
    ],
    "removed": [],
    "changed": [
      {"externalId":"u1","userName":"u1@example.com","fields":{"email":{"from":"","to":"u1@example.com"}}}
    ]
  },
  "groups": {
    "added": [
      {"externalId":"g2","name":"Group g2"}
    ],
    "removed": [
      {"externalId":"g3","name":"Group g3"}
    ],
    "changed": [
      {"externalId":"g1","name":"Group g1","fields":{"description":{"from":"","to":"new"}}}
    ]
  },
  "memberships": {
    "added": [
      {"userExternalId":"u1","userName":"u1@example.com","groupExternalId":"g1","groupName":"Group g1"},
      {"userExternalId":"u1","userName":"u1@example.com","groupExternalId":"g2","groupName":"Group g2"}
    ],
    "removed": []
  }
}
`)
  })

  it('is JSON that says all that differs, for any two snapshots', () => {
    fc.assert(
      fc.property(anyIdentities, anyIdentities, (a, b) => {
        const changes = compareSnapshots(a, b)
        const { users, groups, memberships, groupName } = changes
        const pairs = (list: typeof memberships.added) =>
          list.flatMap(({ user: { externalId, userName }, groupExternalIds }) =>
            groupExternalIds.map((id) => ({
              userExternalId: externalId,
              userName,
              groupExternalId: id,
              groupName: groupName(id),
            })),
          )
        const brief = ({ externalId, userName, name, email }: (typeof users.added)[number]) => ({
          externalId,
          userName,
          name,
          email,
        })
        expect(JSON.parse([...changesFile(changes, reference)].join(''))).toEqual({
          format: 'aws-organization-sync/changes/1',
          baseline: reference,
          counts: changes.counts,
          users: {
            added: users.added.map(brief),
            removed: users.removed.map(brief),
            changed: users.changed.map(({ user: { externalId, userName }, fields }) => ({
              externalId,
              userName,
              fields,
            })),
          },
          groups: {
            added: groups.added.map(({ externalId, name }) => ({ externalId, name })),
            removed: groups.removed.map(({ externalId, name }) => ({ externalId, name })),
            changed: groups.changed.map(({ group: { externalId, name }, fields }) => ({
              externalId,
              name,
              fields,
            })),
          },
          memberships: { added: pairs(memberships.added), removed: pairs(memberships.removed) },
        })
      }),
      { seed: 20260503, numRuns: 200 },
    )
  })

  it('comes in chunks of a bounded size, however many memberships there are', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `g${String(i).padStart(6, '0')}`)
    const chunks = [
      ...changesFile(
        compareSnapshots(
          { users: [], groups: [] },
          { users: [user('u', { groupExternalIds: ids })], groups: [] },
        ),
        reference,
      ),
    ]
    expect(chunks.length).toBeGreaterThan(3)
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.length).toBeGreaterThanOrEqual(64 * 1024)
      expect(chunk.length).toBeLessThan(256 * 1024)
    }
    const { memberships } = JSON.parse(chunks.join('')) as { memberships: { added: unknown[] } }
    expect(memberships.added).toHaveLength(5000)
  })
})
