import { writeFileSync } from 'node:fs'
import {
  IdentitystoreClient,
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from '@aws-sdk/client-identitystore'
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'

// What one writes first: one call after the other, memberships by group, the defaults of the SDK, JSON.stringify.
const { Instances } = await new SSOAdminClient({}).send(new ListInstancesCommand({}))
const IdentityStoreId = Instances?.[0]?.IdentityStoreId
const client = new IdentitystoreClient({})

const users = []
for await (const page of paginateListUsers({ client }, { IdentityStoreId })) users.push(...(page.Users ?? []))
const groups = []
for await (const page of paginateListGroups({ client }, { IdentityStoreId }))
  groups.push(...(page.Groups ?? []))
const memberships = []
for (const { GroupId } of groups) {
  for await (const page of paginateListGroupMemberships({ client }, { IdentityStoreId, GroupId }))
    memberships.push(...(page.GroupMemberships ?? []))
}
writeFileSync('naive.json', JSON.stringify({ users, groups, memberships }))
console.log(`memberships: ${String(memberships.length)}`)
