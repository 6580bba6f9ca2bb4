import { link } from './address.ts'
import { counted, h, name } from './dom.ts'
import { DIRECT, durationOf, LEVEL_NAMES, LEVELS } from './model.ts'
import type { Model } from './model.ts'
import { accountCell, groupCell, levelMark, personCell, setCell, statusMark, wayCell } from './parts.ts'
import type { CardKind, Opener } from './parts.ts'
import { policyName } from './tables.ts'

/** A card lists so many; the tables have the rest. */
const MOST = 200

type Row = (Node | string)[]

/** Everything about one person, group, account or permission set. */
export function cardOf(model: Model, kind: CardKind, index: number, open: Opener): HTMLElement[] {
  const { data, lines } = model
  const make = { person, group, account, set }
  return make[kind]()

  function person(): HTMLElement[] {
    const { people } = data
    const [from = 0, to = 0] = lines.starts.subarray(index, index + 2)
    const facts = model.people[index]
    // One row for each account and set; its ways stand together.
    const rows: { level: number; row: Row }[] = []
    for (let line = from; line < to; line++) {
      const isSame =
        line > from &&
        lines.account[line] === lines.account[line - 1] &&
        lines.set[line] === lines.set[line - 1]
      const way = wayCell(model, lines.group[line] ?? DIRECT, open)
      if (isSame) (rows.at(-1)?.row[2] as HTMLElement).append(way)
      else
        rows.push({
          level: model.lineLevel[line] ?? 0,
          row: [
            accountCell(model, lines.account[line] ?? 0, open),
            setWithLevel(lines.set[line] ?? 0),
            h('div', { class: 'ways' }, way),
          ],
        })
    }
    rows.sort((a, b) => a.level - b.level)
    return [
      heading('Person', people.names[index] ?? '', statusMark(people.statuses[index] ?? '')),
      list([
        ['User name', name(people.userNames[index] ?? '')],
        ['E-mail', name(people.emails[index] ?? '')],
        ['Status', people.statuses[index] ?? ''],
        ['Id', h('code', {}, people.ids[index] ?? '')],
        ['Groups', String(people.groupCounts[index] ?? 0)],
        ['Administrator in', counted(facts?.accountsAsAdministrator.length ?? 0, 'account', 'accounts')],
      ]),
      table(
        `Access: ${counted(rows.length, 'permission set', 'permission sets')} in ${counted(facts?.accounts ?? 0, 'account', 'accounts')}`,
        ['Account', 'Permission set', 'Through'],
        rows.map(({ row }) => row),
        undefined,
      ),
    ]
  }

  function group(): HTMLElement[] {
    const { groups } = data
    const id = groups.ids[index] ?? ''
    const grants = triplesOf(data.groupGrants, 0, index)
    const members = data.people.groups.flatMap((of, i) => (of.includes(index) ? [i] : []))
    const isGranted = grants.length > 0
    return [
      heading(
        'Group',
        groups.names[index] ?? '',
        groups.memberCounts[index] === 0 ? h('span', { class: 'mark' }, 'Nobody in it') : null,
      ),
      list([
        ['Id', h('code', {}, id)],
        ['People', String(groups.memberCounts[index] ?? 0)],
        ['Assignments', String(grants.length)],
      ]),
      table(
        'What it gives',
        ['Account', 'Permission set'],
        byLevel(grants).map(([, account, set]) => [accountCell(model, account, open), setWithLevel(set)]),
        link('access', { group: id }),
      ),
      isGranted
        ? table(
            'Who is in it',
            ['Person', ''],
            members.map((one) => [personCell(model, one, open), '']),
            link('people', { group: id }),
          )
        : h('p', { class: 'why' }, 'It has no assignment, so that its people are not listed here.'),
    ]
  }

  function account(): HTMLElement[] {
    const id = data.accounts.ids[index] ?? ''
    const own = data.accounts.names[index] ?? null
    const facts = model.accounts[index]
    const administrators: number[][] = []
    for (let line = 0; line < lines.person.length; line++)
      if (lines.account[line] === index && model.lineLevel[line] === 0)
        administrators.push([lines.person[line] ?? 0, lines.set[line] ?? 0, lines.group[line] ?? DIRECT])
    const count = model.findings.administratorsByAccount[index] ?? 0
    const groups = triplesOf(data.groupGrants, 1, index)
    return [
      heading(
        'Account',
        own ?? id,
        count < 2
          ? h('span', { class: 'mark' }, count === 0 ? 'No administrator' : 'Only one administrator')
          : null,
      ),
      list([
        ['Id', h('code', {}, id)],
        ...LEVELS.map((level, i): [string, string] => [
          i === 0 ? 'Administrators' : LEVEL_NAMES[level],
          counted(facts?.byLevel[i] ?? 0, 'person', 'people'),
        ]),
        ['Direct assignments', String(facts?.direct ?? 0)],
      ]),
      table(
        `Administrators: ${counted(count, 'person', 'people')}`,
        ['Person', 'Permission set', 'Through'],
        administrators.map(([who = 0, set = 0, way = 0]) => [
          personCell(model, who, open),
          setCell(model, set, open),
          wayCell(model, way, open),
        ]),
        link('access', { account: id, level: 'administrator' }),
      ),
      table(
        'Groups that have access',
        ['Group', 'Permission set'],
        byLevel(groups).map(([by, , set]) => [groupCell(model, by, open), setWithLevel(set)]),
        link('groups', { account: id }),
      ),
      h(
        'p',
        { class: 'more' },
        h('a', { href: link('access', { account: id }) }, 'Everybody with access to this account'),
      ),
    ]
  }

  function set(): HTMLElement[] {
    const own = data.sets[index]
    if (own === undefined) return []
    const { arn, description, level, sessionDuration, policies, permissionsBoundary } = own
    const groups = triplesOf(data.groupGrants, 2, index)
    return [
      heading('Permission set', own.name, levelMark(level)),
      list([
        ['Description', name(description)],
        ['Session', durationOf(sessionDuration)],
        [
          'Policies',
          h(
            'ul',
            {},
            ...policies.map((policy) =>
              h('li', {}, name(policyName(policy)), policy === 'inline' ? ' policy' : ''),
            ),
          ),
        ],
        ['Boundary', name(permissionsBoundary === null ? '' : policyName(permissionsBoundary))],
        ['ARN', h('code', {}, arn)],
      ]),
      table(
        'Groups that have it',
        ['Group', 'Account'],
        groups.map(([by, at]) => [groupCell(model, by, open), accountCell(model, at, open)]),
        link('groups', { set: arn }),
      ),
      h(
        'p',
        { class: 'more' },
        h('a', { href: link('access', { set: arn }) }, 'Everybody with this permission set'),
      ),
    ]
  }

  function setWithLevel(of: number): HTMLElement {
    const level = data.sets[of]?.level
    const own = h('a', { href: open('set', of) }, name(data.sets[of]?.name ?? ''))
    return h('div', { class: 'with-level' }, own, level === undefined ? null : levelMark(level))
  }

  function byLevel(grants: [number, number, number][]): [number, number, number][] {
    return grants.sort((a, b) => (model.setLevel[a[2]] ?? 0) - (model.setLevel[b[2]] ?? 0))
  }
}

/** The triples whose part at this place is the one that is asked for. */
function triplesOf(grants: readonly number[], place: number, wanted: number): [number, number, number][] {
  const found: [number, number, number][] = []
  for (let i = 0; i < grants.length; i += 3)
    if (grants[i + place] === wanted) found.push([grants[i] ?? 0, grants[i + 1] ?? 0, grants[i + 2] ?? 0])
  return found
}

function heading(kind: string, text: string, mark: HTMLElement | null): HTMLElement {
  return h(
    'header',
    {},
    h('p', { class: 'kind' }, kind),
    h('h2', { id: 'card-title' }, name(text), ' ', mark),
  )
}

function list(facts: readonly [string, Node | string][]): HTMLElement {
  const known = facts.filter(
    ([, fact]) => fact !== '' && !(fact instanceof HTMLElement && fact.textContent === ''),
  )
  return h('dl', {}, ...known.flatMap(([term, fact]) => [h('dt', {}, term), h('dd', {}, fact)]))
}

function table(
  title: string,
  head: readonly string[],
  rows: readonly Row[],
  href: string | undefined,
): HTMLElement {
  const titles = head.filter((text) => text !== '')
  const few = rows.slice(0, MOST)
  const more = rows.length > MOST && href !== undefined
  return h(
    'section',
    {},
    h('h3', {}, title),
    rows.length === 0
      ? h('p', { class: 'calm-text' }, 'None.')
      : h(
          'table',
          {},
          h('thead', {}, h('tr', {}, ...titles.map((text) => h('th', { scope: 'col' }, text)))),
          h(
            'tbody',
            {},
            ...few.map((row) => h('tr', {}, ...row.slice(0, titles.length).map((cell) => h('td', {}, cell)))),
          ),
        ),
    more
      ? h(
          'p',
          { class: 'more' },
          `The first ${String(MOST)}. `,
          h('a', { href }, `All ${rows.length.toLocaleString('en-US')}`),
        )
      : null,
  )
}
