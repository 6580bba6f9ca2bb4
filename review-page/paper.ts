import { counted, h, name } from './dom.ts'
import { accountLabel, DIRECT, durationOf, LEVEL_NAMES, LEVELS } from './model.ts'
import type { Model } from './model.ts'
import { SCOPE, timeOf } from './overview.ts'
import { ranksOf, statusMark } from './parts.ts'

const HEAD = ['Account', 'Permission set', 'Through', 'Decision', 'Reviewer', 'Date']

/**
 * What is printed: everybody with access, one row for each account and permission set, with room to decide. Filters hold on
 * paper too, and are told there.
 *
 * @param lines 1 where a line is printed
 * @param kind what the filters hold for, in words
 * @param filters in words, empty where there are none
 */
export function paperOf(
  model: Model,
  lines: ArrayLike<number>,
  kind: string,
  filters: readonly string[],
): HTMLElement[] {
  const { data, findings } = model
  const { provenance: from } = data
  const sections: HTMLElement[] = []
  let pairs = 0
  for (const person of byName(data.people.names)) {
    const rows = rowsOf(person)
    if (rows.length === 0) continue
    pairs += rows.length
    sections.push(sectionOf(person, rows))
  }
  const { counts } = findings
  const facts: [string, string][] = [
    ['Identity store', `${from.identityStoreId}, account ${from.account}, ${from.region}`],
    ['Made', `${timeOf(from.time)}${from.run === null ? '' : `, ${from.run}`}`],
    [
      'Population',
      `${counted(counts.peopleWithAccess, 'person', 'people')} with access, of ${counted(counts.people, 'person', 'people')}`,
    ],
    [
      'On paper',
      `${counted(sections.length, 'person', 'people')}, ${counted(pairs, 'decision', 'decisions')}${filters.length === 0 ? '' : `; only ${kind} ${filters.join(', ')}`}`,
    ],
    ['SHA-256 of access.csv', from.digests['access.csv']],
    ['SHA-256 of users.json', from.digests['users.json']],
  ]
  return [
    h(
      'header',
      {},
      h('h1', {}, 'Access review'),
      h('dl', {}, ...facts.flatMap(([term, fact]) => [h('dt', {}, term), h('dd', {}, fact)])),
      h('p', {}, SCOPE),
    ),
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...HEAD.map((title) => h('th', { scope: 'col' }, title)))),
      ...sections,
    ),
  ]

  function rowsOf(person: number): { account: number; set: number; ways: string[] }[] {
    const rows: { account: number; set: number; ways: string[] }[] = []
    for (let line = model.lines.starts[person] ?? 0; line < (model.lines.starts[person + 1] ?? 0); line++) {
      if (lines[line] !== 1) continue
      const [account = 0, set = 0, group = DIRECT] = [
        model.lines.account[line],
        model.lines.set[line],
        model.lines.group[line],
      ]
      const way = group === DIRECT ? 'direct' : (data.groups.names[group] ?? '')
      const last = rows.at(-1)
      if (last?.account === account && last.set === set) last.ways.push(way)
      else rows.push({ account, set, ways: [way] })
    }
    return rows
  }

  function sectionOf(person: number, rows: ReturnType<typeof rowsOf>): HTMLElement {
    const { people } = data
    const own = people.names[person] ?? ''
    const others = [...new Set([people.userNames[person] ?? '', people.emails[person] ?? ''])].filter(
      (text) => text !== own && text !== '',
    )
    const title = h(
      'tr',
      { class: 'who' },
      h(
        'th',
        { scope: 'rowgroup', colspan: String(HEAD.length) },
        name(own),
        ' ',
        statusMark(people.statuses[person] ?? ''),
        ' ',
        h('span', { class: 'second' }, ...others.flatMap((text, i) => [i === 0 ? '' : ', ', name(text)])),
      ),
    )
    return h(
      'tbody',
      {},
      title,
      ...rows.map(({ account, set, ways }) => {
        const level = LEVELS[model.setLevel[set] ?? 0] ?? 'other'
        const { name: setName = '', sessionDuration = '' } = data.sets[set] ?? {}
        return h(
          'tr',
          {},
          h('td', {}, name(accountLabel(data, account))),
          h(
            'td',
            {},
            name(setName),
            ' ',
            h(
              'span',
              { class: `level level-${level}` },
              `${LEVEL_NAMES[level]}, ${durationOf(sessionDuration)}`,
            ),
          ),
          h('td', {}, ...ways.flatMap((way, i) => [i === 0 ? '' : ', ', name(way)])),
          h('td', { class: 'blank' }),
          h('td', { class: 'blank' }),
          h('td', { class: 'blank' }),
        )
      }),
    )
  }
}

/** Whoever looks for a person on paper knows the name. */
function byName(names: readonly string[]): number[] {
  const rank = ranksOf(names)
  return names.map((_, person) => person).sort((a, b) => rank(a) - rank(b))
}
