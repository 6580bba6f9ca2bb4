import { TAG_SOURCE } from './model.ts'
import type { Group, MappingOptions, Tag, User } from './model.ts'

/** Throws; completes "record 3: …". */
export type Refuse = (what: string) => never

/**
 * Refuses a user that mapIdentityStore would not give with these options. Whoever edits a snapshot by hand could else import
 * what no reading of AWS gives.
 */
export function verifyMappedUser(user: User, options: MappingOptions, refuse: Refuse): void {
  if ((user.isMachine === null) !== (options.machineUsers === null))
    refuse('its isMachine does not match machineUsers in manifest.json')
  let place = 0
  let previous: Tag | undefined
  for (const tag of user.tags ?? []) {
    if (tag.source !== TAG_SOURCE) refuse('one of its tags has another source')
    if (tag.value === '') refuse('one of its tags is empty')
    // Of all attributes only ExternalId has several values.
    if (tag.key !== previous?.key || tag.key !== 'ExternalId')
      place = 1 + options.tags.findIndex((name, index) => index >= place && name === tag.key)
    if (place === 0) refuse('its tags are not those in manifest.json, in that order')
    previous = tag
  }
}

/** Refuses a group that mapIdentityStore would not give: Identity Center nests no groups and tags none. */
export function verifyMappedGroup(group: Group, refuse: Refuse): void {
  if (group.displayName !== group.name) refuse('its displayName differs from its name')
  if (group.parentGroupExternalIds !== null) refuse('its parentGroupExternalIds are not null')
  if (group.tags !== null) refuse('its tags are not null')
}
