import { levelOf } from '../changes/levels.ts'
import type { Access } from '../snapshot/access.ts'
import type { Identities } from '../snapshot/model.ts'
import type { Population } from './lines.ts'

/** Everybody of a snapshot, and what is assigned; all sorted as the snapshot is. */
export function populationOf({
  users,
  groups,
  memberships,
  access,
}: Identities & { access: Access }): Population {
  const groupAt = indexes(groups, ({ externalId }) => externalId)
  const userAt = indexes(users, ({ externalId }) => externalId)
  const accountAt = indexes(access.accounts, ({ id }) => id)
  const setAt = indexes(access.permissionSets, ({ arn }) => arn)

  const groupGrants: number[] = []
  const directGrants: number[] = []
  const isGranted = new Uint8Array(groups.length)
  for (const { principalType, principalId, account, permissionSet } of access.assignments) {
    const isGroup = principalType === 'GROUP'
    const principal = (isGroup ? groupAt : userAt).get(principalId)
    const accountIndex = accountAt.get(account)
    const set = setAt.get(permissionSet)
    if (principal === undefined || accountIndex === undefined || set === undefined)
      throw new Error('an assignment names what the snapshot does not have')
    if (isGroup) isGranted[principal] = 1
    ;(isGroup ? groupGrants : directGrants).push(principal, accountIndex, set)
  }

  const memberCounts = groups.map(() => 0)
  const groupOf = memberships.groupIds.map((id) => groupAt.get(id))
  const grantedGroups = users.map((_, user) => {
    const granted: number[] = []
    for (const number of memberships.groupsOf(user)) {
      const group = groupOf[number]
      if (group === undefined) continue
      memberCounts[group] = (memberCounts[group] ?? 0) + 1
      if (isGranted[group] === 1) granted.push(group)
    }
    return granted
  })
  return {
    people: {
      ids: users.map(({ externalId }) => externalId),
      userNames: users.map(({ userName }) => userName),
      names: users.map(({ name }) => name),
      emails: users.map(({ email }) => email),
      statuses: users.map(({ tags }) => tags?.find(({ key }) => key === 'Status')?.value ?? ''),
      groupCounts: users.map((_, user) => memberships.groupsOf(user).length),
      groups: grantedGroups,
    },
    groups: {
      ids: groups.map(({ externalId }) => externalId),
      names: groups.map(({ name }) => name),
      memberCounts,
    },
    accounts: {
      ids: access.accounts.map(({ id }) => id),
      names: access.accounts.map(({ name }) => name),
    },
    sets: access.permissionSets.map((set) => {
      const { arn, name, description, sessionDuration, permissionsBoundary } = set
      const inline = set.inlinePolicy === null ? [] : ['inline']
      const policies = [...set.managedPolicies, ...set.customerManagedPolicies, ...inline]
      const level = levelOf(set)
      return { arn, name, description, level, sessionDuration, policies, permissionsBoundary }
    }),
    groupGrants,
    directGrants,
  }
}

function indexes<T>(records: readonly T[], keyOf: (record: T) => string): Map<string, number> {
  return new Map(records.map((record, index) => [keyOf(record), index]))
}
