import {
  isDisabled,
  type IdentityStore,
  type StoreGroup,
  type StoreUser,
} from '../identity-center/identity-store.ts'
import { countIdentities, TAG_SOURCE } from './model.ts'
import type { Counts, Group, Identities, MappingOptions, Tag, User } from './model.ts'
import { compareText } from './canonical.ts'
import { collectMembers } from './memberships.ts'
import { readAttribute, TAG_NAMES } from './tags.ts'
import type { TagName } from './tags.ts'

/** What the mapping met; what the options did not ask for is, above zero, warned of once. */
export interface MappingFindings {
  /** Users of the result whose UserName is absent: they are named by their UserId. */
  usersWithoutUserName: number
  /** Groups whose DisplayName is absent: they are named by their GroupId. */
  groupsWithoutDisplayName: number
  /** Disabled users that the options leave out, with their memberships. */
  excludedUsers: number
}

/**
 * Turns an identity store, in AWS's terms, into the records of the import files (docs/snapshot-format.md).
 * The result is the same whatever the order in the store: users, groups and a user's group ids are sorted by
 * UTF-16 code units. Empty strings count as absent. A lone surrogate becomes U+FFFD, as it will be in the file.
 */
export function mapIdentityStore(
  store: IdentityStore,
  options: MappingOptions,
): { identities: Identities; counts: Counts; findings: MappingFindings } {
  const findings: MappingFindings = { usersWithoutUserName: 0, groupsWithoutDisplayName: 0, excludedUsers: 0 }

  const groups = store.groups.map((group) => {
    if (!text(group.DisplayName)) findings.groupsWithoutDisplayName += 1
    return options.mapping === 'reference' ? referenceGroup(group) : fullGroup(group)
  })

  const machineUsers = options.machineUsers === null ? null : new RegExp(options.machineUsers, 'u')
  const wanted = new Set(options.tags)
  const tags = TAG_NAMES.filter((name) => wanted.has(name))
  const members = collectMembers()
  for (const user of store.users) {
    if (options.disabledUsers === 'exclude' && isDisabled(user)) {
      findings.excludedUsers += 1
      continue
    }
    if (!text(user.UserName)) findings.usersWithoutUserName += 1
    const groupIds = store.groupIdsByUserId.get(user.UserId) ?? []
    members.add(
      options.mapping === 'reference' ? referenceUser(user) : fullUser(user, tags, machineUsers),
      groupIds.map((id) => members.numberOf(id.toWellFormed())),
    )
  }

  groups.sort(byExternalId)
  const identities = { ...members.end(), groups }
  return { identities, counts: countIdentities(identities), findings }
}

function fullUser(user: StoreUser, tags: readonly TagName[], machineUsers: RegExp | null): User {
  const userName = userNameOf(user)
  return {
    externalId: user.UserId.toWellFormed(),
    name: fullName(user) ?? userName,
    userName,
    email: primaryEmail(user) ?? firstEmail(user) ?? (ADDRESS.test(userName) ? userName : ''),
    tags: tagsOf(user, tags),
    isMachine: machineUsers === null ? null : machineUsers.test(userName),
  }
}

function referenceUser(user: StoreUser): User {
  const userName = userNameOf(user)
  return {
    externalId: user.UserId.toWellFormed(),
    name: userName,
    userName,
    email: primaryEmail(user) ?? userName,
    tags: null,
    isMachine: null,
  }
}

function fullGroup(group: StoreGroup): Group {
  return { ...referenceGroup(group), description: text(group.Description) ?? '' }
}

function referenceGroup(group: StoreGroup): Group {
  const externalId = group.GroupId.toWellFormed()
  const name = text(group.DisplayName) ?? externalId
  return { externalId, name, displayName: name, description: '', parentGroupExternalIds: null, tags: null }
}

/** One `@` with something on both sides and no white space. */
const ADDRESS = /^[^@\s]+@[^@\s]+$/u

function userNameOf(user: StoreUser): string {
  return text(user.UserName) ?? user.UserId.toWellFormed()
}

function fullName(user: StoreUser): string | undefined {
  const parts = [text(user.Name?.GivenName), text(user.Name?.FamilyName)].filter((part) => part !== undefined)
  return text(user.DisplayName) ?? text(user.Name?.Formatted) ?? text(parts.join(' ')) ?? text(user.NickName)
}

/** Of several primary addresses the last one, as the reference connector has it. */
function primaryEmail(user: StoreUser): string | undefined {
  return text(user.Emails?.findLast((email) => email.Primary === true && text(email.Value))?.Value)
}

function firstEmail(user: StoreUser): string | undefined {
  return text(user.Emails?.find((email) => text(email.Value))?.Value)
}

function tagsOf(user: StoreUser, names: readonly TagName[]): Tag[] | null {
  const tags = names.flatMap((key): Tag[] => {
    const values = new Set(readAttribute(key, user).map(tagValue))
    return [...values].flatMap((value) => (value === undefined ? [] : { key, value, source: TAG_SOURCE }))
  })
  return tags.length === 0 ? null : tags
}

/** A document may hold a number where the extension means a string of digits. */
function tagValue(value: unknown): string | undefined {
  return text(typeof value === 'number' ? String(value) : value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : undefined
}

function byExternalId(a: { externalId: string }, b: { externalId: string }): number {
  return compareText(a.externalId, b.externalId)
}
