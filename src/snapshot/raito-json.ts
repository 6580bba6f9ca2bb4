import type { Memberships } from './memberships.ts'
import type { Group, Tag, User } from './model.ts'

/**
 * The line of a user in a Raito import file: what Go's json.Marshal writes (raito-io/cli, base/identity_store), every
 * key present, in the order of the model. Lone surrogates, which Go cannot hold, become U+FFFD.
 *
 * @param groupExternalIds sorted, without duplicates; null for a user in no group
 */
export function renderUser(user: User, groupExternalIds: readonly string[] | null): string {
  return userLine(user, renderList(groupExternalIds, quote))
}

/** The same for the users of a snapshot, by their numbers. */
export function userRenderer({ groupIds, groupsOf }: Memberships): (user: User, number: number) => string {
  const quoted = groupIds.map(quote)
  return (user, number) => {
    const groups = groupsOf(number)
    return userLine(
      user,
      renderList(groups.length === 0 ? null : groups, (group) => quoted[group] ?? ''),
    )
  }
}

function userLine(user: User, groupExternalIds: string): string {
  return (
    `{"externalId":${quote(user.externalId)},"name":${quote(user.name)},"userName":${quote(user.userName)}` +
    `,"email":${quote(user.email)},"groupExternalIds":${groupExternalIds}` +
    `,"tags":${renderList(user.tags, renderTag)},"isMachine":${user.isMachine}}`
  )
}

/** The line of a group in a Raito import file; see renderUser. */
export function renderGroup(group: Group): string {
  return (
    `{"externalId":${quote(group.externalId)},"name":${quote(group.name)}` +
    `,"displayName":${quote(group.displayName)},"description":${quote(group.description)}` +
    `,"parentGroupExternalIds":${renderList(group.parentGroupExternalIds, quote)}` +
    `,"tags":${renderList(group.tags, renderTag)}}`
  )
}

/** What stands around the records of an import file: `[`, then a blank line before each record, and no final newline. */
export const FRAME = { start: '[', between: ',', before: '\n\n', end: '\n]' } as const

/** A whole import file, framed as raito-io/cli, base/identity_store/exporter.go does it: `[\n]` when empty. */
export function* importFile<R>(
  records: Iterable<R>,
  render: (record: R, number: number) => string,
): Generator<string> {
  yield FRAME.start
  let separator = ''
  let number = 0
  for (const record of records) {
    yield separator + FRAME.before + render(record, number++)
    separator = FRAME.between
  }
  yield FRAME.end
}

/** Printable ASCII that neither JSON nor Go's HTML-safe escaping touches: nearly every id, so worth a short way. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/

/** JSON.stringify differs from Go only in lone surrogates, in the characters of HTML, and in the two line separators. */
function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'),
  )
}

function renderTag(tag: Tag): string {
  return `{"key":${quote(tag.key)},"value":${quote(tag.value)},"source":${quote(tag.source)}}`
}

function renderList<T>(list: Iterable<T> | null, render: (item: T) => string): string {
  if (list === null) return 'null'
  let text = ''
  for (const item of list) text += text === '' ? render(item) : ',' + render(item)
  return `[${text}]`
}
