import type { View } from './address.ts'
import { link } from './address.ts'
import { grouped, h, name } from './dom.ts'
import { DIRECT, DISABLED, LEVEL_NAMES, LEVELS } from './model.ts'
import type { Level, Model } from './model.ts'

/** A level as a mark that is told by its word and shape as well as by its color. */
export function levelMark(level: Level): HTMLElement {
  return h('span', { class: `level level-${level}` }, LEVEL_NAMES[level])
}

/** An index of LEVELS; nothing for what gives no access. */
export function levelAt(index: number): HTMLElement | string {
  const level = LEVELS[index]
  return level === undefined ? '' : levelMark(level)
}

/** Two lines: what it is called, and its other name. */
export function twoLines(first: Node | string, second: string): HTMLElement {
  return h('div', { class: 'two' }, first, second === '' ? null : name(second, 'second'))
}

/** What opens the card of a person, group, account or permission set; the rest of the address stays. */
export type Opener = (kind: CardKind, index: number) => string
export type CardKind = 'person' | 'group' | 'account' | 'set'

export function personCell({ data: { people } }: Model, person: number, open: Opener): HTMLElement {
  const own = people.names[person] ?? ''
  const userName = people.userNames[person] ?? ''
  const first = h('a', { href: open('person', person) }, name(own))
  const title = h('div', { class: 'first' }, first, statusMark(people.statuses[person] ?? ''))
  return twoLines(title, userName === own ? (people.emails[person] ?? '') : userName)
}

export function statusMark(status: string): HTMLElement | null {
  return status === DISABLED ? h('span', { class: 'mark' }, 'Disabled') : null
}

export function groupCell({ data: { groups } }: Model, group: number, open: Opener): HTMLElement {
  return h('a', { href: open('group', group) }, name(groups.names[group] ?? ''))
}

export function accountCell({ data: { accounts } }: Model, account: number, open: Opener): HTMLElement {
  const id = accounts.ids[account] ?? ''
  const own = accounts.names[account] ?? null
  return twoLines(h('a', { href: open('account', account) }, name(own ?? id)), own === null ? '' : id)
}

export function setCell({ data: { sets } }: Model, set: number, open: Opener): HTMLElement {
  const { name: own = '', description = '' } = sets[set] ?? {}
  return twoLines(h('a', { href: open('set', set) }, name(own)), description)
}

export function wayCell(model: Model, group: number, open: Opener): HTMLElement {
  return group === DIRECT ? h('span', { class: 'mark' }, 'Direct') : groupCell(model, group, open)
}

/** A number that leads to what it counts. */
export function countLink(
  count: number,
  view: View,
  parameters: Record<string, string | undefined>,
): Node | string {
  return count === 0
    ? h('span', { class: 'none' }, '0')
    : h('a', { href: link(view, parameters), class: 'count' }, grouped(count))
}

/** Where each text stands when all are sorted, for a column that is sorted by it; worked out when it is first asked for. */
export function ranksOf(texts: readonly string[]): (index: number) => number {
  let ranks: Int32Array | undefined
  return (index) => (ranks ??= rank(texts))[index] ?? 0
}

/** Without regard to case and accents, numbers by their size; what is equal so has the same rank. */
function rank(texts: readonly string[]): Int32Array {
  const keys = texts.map((text) =>
    text
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/\d{1,15}/g, (digits) => digits.padStart(15, '0')),
  )
  const places = new Map([...new Set(keys)].sort().map((key, place) => [key, place]))
  return Int32Array.from(keys, (key) => places.get(key) ?? 0)
}
