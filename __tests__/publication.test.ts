import { describe, expect, it } from '@jest/globals'
import { reportInput } from '../src/publication.ts'
import type { MappingOptions } from '../src/snapshot/model.ts'

const origin = { account: '1', ownerAccount: '1', identityStoreId: 'd-1', instanceArn: null, region: 'r' }
const mapping: MappingOptions = { mapping: 'full', tags: [], machineUsers: null, disabledUsers: 'include' }

describe('reportInput', () => {
  // 18 calls may go out at once at 20 a second: what is within the limit never seems to be above it.
  it.each([
    [218, 10, 20, 20],
    [1018, 100, 20, 10],
    [109, 100, 10, 1],
    [5, 1, 20, 0],
    [5, 0, 20, 0],
  ])('of %d calls in %d s at most %d a second has a steady rate of %d', (attempts, seconds, limit, rate) => {
    const cost = { attempts, seconds, throttles: 2, faults: 3, direction: 'by group', calls: {} } as const
    const counts = { users: 0, groups: 0, memberships: 0 }
    const findings = {
      vanishedGroups: 0,
      vanishedUsers: 0,
      lateUsers: 0,
      lateGroups: 0,
      orphanMemberships: 0,
      otherMembers: 0,
      conflictingRecords: 0,
    }
    const { run } = reportInput({
      source: {
        kind: 'aws',
        description: { ...origin, ...mapping },
        read: () => Promise.reject(new Error()),
      },
      reading: {
        identities: { users: [], groups: [] },
        counts,
        findings: [],
        cost: { ...cost, findings, notes: [] },
      },
      comparison: undefined,
      warnings: [],
      guide: undefined,
      showsNames: false,
      requestsPerSecond: limit,
    })
    expect(run).toMatchObject({ ratePerSecond: rate, limitPerSecond: limit, throttles: 2, retries: 3 })
  })
})
