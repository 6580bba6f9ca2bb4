import { mapped } from '../snapshot/canonical.ts'
import type { Members } from '../snapshot/memberships.ts'
import type { User } from '../snapshot/model.ts'
import type { Changes } from './model.ts'

/** A list of changes-file, an entry a line, made as it is written. */
export interface Entries {
  /** One entry or several in a text. */
  texts(): Iterable<string>
  /** The bytes of all, with separators; counted no further than a little beyond `most`. */
  size(most: number): number
}

export const INDENT = '\n      '
export const SEPARATOR = `,${INDENT}`
/** Of longer texts much would outlive the young generation, and stay in memory until the end. */
const MANY = 8 * 1024

export function entries<R>(records: Iterable<R>, describe: (record: R) => string): Entries {
  return entriesOf(() => mapped(records, describe))
}

export function entriesOf(texts: () => Iterable<string>): Entries {
  return {
    texts,
    size(most) {
      let size = 0
      for (const text of texts()) {
        size += Buffer.byteLength(text) + SEPARATOR.length
        if (size > most) break
      }
      return size
    },
  }
}

/**
 * One entry for each pair, those of a user in one text unless they are very many. An entry is put together of the user's
 * half and the group's half, so that neither is serialized twice, and is measured without being made.
 */
export function membershipEntries({ users, memberships }: Members, groupName: Changes['groupName']): Entries {
  const groupHalves = new Array<string | undefined>(memberships.groupIds.length)
  const groupSizes = new Array<number | undefined>(memberships.groupIds.length)
  const halfOfUser = ({ externalId, userName }: User): string =>
    JSON.stringify({ userExternalId: externalId, userName }).slice(0, -1) + ','
  const halfOfGroup = (group: number): string => {
    const known = groupHalves[group]
    if (known !== undefined) return known
    const groupExternalId = memberships.groupIds[group] ?? ''
    const half = JSON.stringify({ groupExternalId, groupName: groupName(groupExternalId) }).slice(1)
    if (half.length < MANY) groupHalves[group] = half
    return half
  }
  return {
    *texts() {
      for (const [number, user] of users.entries()) {
        const userHalf = halfOfUser(user)
        let text = ''
        for (const group of memberships.groupsOf(number)) {
          text += (text === '' ? userHalf : SEPARATOR + userHalf) + halfOfGroup(group)
          if (text.length < MANY) continue
          yield text
          text = ''
        }
        if (text !== '') yield text
      }
    },
    size(most) {
      let size = 0
      for (const [number, user] of users.entries()) {
        const groups = memberships.groupsOf(number)
        size += groups.length * (Buffer.byteLength(halfOfUser(user)) + SEPARATOR.length)
        for (const group of groups) size += groupSizes[group] ??= Buffer.byteLength(halfOfGroup(group))
        if (size > most) break
      }
      return size
    },
  }
}
