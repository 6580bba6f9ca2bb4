import { link } from './address.ts'
import { counted, grouped, h, name } from './dom.ts'
import { LEVELS } from './model.ts'
import type { Model } from './model.ts'
import { accountCell, groupCell, personCell } from './parts.ts'
import type { Opener } from './parts.ts'

const BARS = 12
const FEW = 6

/** What a reviewer should see before anything else. */
export function overview(model: Model, open: Opener): HTMLElement {
  return h(
    'div',
    { class: 'overview' },
    headline(model),
    h('h2', {}, 'Look here first'),
    h(
      'div',
      { class: 'cards' },
      administrators(model, open),
      fewAdministrators(model, open),
      direct(model, open),
      emptyGroups(model, open),
      disabled(model, open),
    ),
    provenance(model),
  )
}

function headline({ findings: { counts }, lineLevel }: Model): HTMLElement {
  const perLevel = LEVELS.map((_, level) => lineLevel.reduce((sum, of) => sum + (of === level ? 1 : 0), 0))
  const tile = (figure: number, what: string, href: string, of?: string): HTMLElement =>
    h(
      'a',
      { class: 'tile', href },
      h('strong', {}, grouped(figure)),
      h('span', {}, what),
      of === undefined ? null : h('small', {}, of),
    )
  return h(
    'div',
    { class: 'tiles' },
    tile(
      counts.peopleWithAccess,
      counts.peopleWithAccess === 1 ? 'person with access' : 'people with access',
      link('people'),
      `of ${grouped(counts.people)} in the directory`,
    ),
    tile(
      counts.administrators,
      counts.administrators === 1 ? 'administrator' : 'administrators',
      link('people', { level: 'administrator' }),
      `in ${counted(counts.accountsWithAdministrators, 'account', 'accounts')}`,
    ),
    tile(
      counts.accounts,
      counts.accounts === 1 ? 'account' : 'accounts',
      link('accounts'),
      counted(counts.permissionSets, 'permission set', 'permission sets'),
    ),
    tile(
      counts.lines,
      counts.lines === 1 ? 'line of access' : 'lines of access',
      link('access'),
      `${grouped(perLevel[0] ?? 0)} as administrator`,
    ),
  )
}

function card(title: string, count: number, why: string, ...content: (Node | null)[]): HTMLElement {
  const heading = h(
    'h3',
    {},
    title,
    ' ',
    h('span', { class: count === 0 ? 'sum calm' : 'sum' }, grouped(count)),
  )
  return h('section', { class: 'card' }, heading, h('p', { class: 'why' }, why), ...content)
}

function administrators(model: Model, open: Opener): HTMLElement {
  const { findings, data } = model
  const { administratorsByAccount, counts } = findings
  const order = [...administratorsByAccount.keys()].sort(
    (a, b) => (administratorsByAccount[b] ?? 0) - (administratorsByAccount[a] ?? 0) || a - b,
  )
  const most = administratorsByAccount[order[0] ?? 0] ?? 0
  const bars = order.slice(0, BARS).filter((account) => (administratorsByAccount[account] ?? 0) > 0)
  const list = h(
    'ol',
    { class: 'bars' },
    ...bars.map((account) => {
      const count = administratorsByAccount[account] ?? 0
      const bar = h('span', { class: 'bar' })
      bar.style.width = `${String((100 * count) / most)}%`
      const id = data.accounts.ids[account] ?? ''
      const people = counted(count, 'administrator', 'administrators')
      return h(
        'li',
        {},
        h('a', { class: 'label', href: open('account', account) }, name(data.accounts.names[account] ?? id)),
        h(
          'a',
          {
            class: 'track',
            href: link('access', { account: id, level: 'administrator' }),
            'aria-label': people,
          },
          bar,
          h('span', { class: 'value', 'aria-hidden': 'true' }, grouped(count)),
        ),
      )
    }),
  )
  const more =
    counts.accounts > bars.length
      ? h(
          'p',
          { class: 'more' },
          h(
            'a',
            { href: link('accounts', { sort: '-administrators' }) },
            `All ${counted(counts.accounts, 'account', 'accounts')}`,
          ),
        )
      : null
  const section = card(
    'Administrators by account',
    counts.administrators,
    'People who can do everything in an account, by whatever route.',
    bars.length === 0 ? none('Nobody is an administrator of any account.') : list,
    more,
  )
  section.classList.add('wide')
  return section
}

function fewAdministrators(model: Model, open: Opener): HTMLElement {
  const { fewAdministrators: few, administratorsByAccount } = model.findings
  return card(
    'Fewer than two administrators',
    few.length,
    'When one person is away, nobody can act in these accounts.',
    rows(few, 'Every account has two or more.', link('accounts', { sort: 'administrators' }), (account) => [
      accountCell(model, account, open),
      (administratorsByAccount[account] ?? 0) === 0 ? 'None' : 'Only one',
    ]),
  )
}

function direct(model: Model, open: Opener): HTMLElement {
  const { directGrants } = model.data
  const grants = Array.from({ length: directGrants.length / 3 }, (_, i) => i)
  return card(
    'Direct assignments',
    grants.length,
    'They stay when a person changes teams: no group takes them away.',
    rows(grants, 'All access comes by groups.', link('access', { through: 'direct' }), (grant) => [
      personCell(model, directGrants[grant * 3] ?? 0, open),
      accountCell(model, directGrants[grant * 3 + 1] ?? 0, open),
    ]),
  )
}

function emptyGroups(model: Model, open: Opener): HTMLElement {
  return card(
    'Groups with nobody in them',
    model.findings.emptyGroups.length,
    'They have assignments: whoever is added next gets all of it.',
    rows(
      model.findings.emptyGroups,
      'Every group with an assignment has people.',
      link('groups', { sort: 'people' }),
      (group) => [
        groupCell(model, group, open),
        counted(model.groups[group]?.accounts ?? 0, 'account', 'accounts'),
      ],
    ),
  )
}

function disabled(model: Model, open: Opener): HTMLElement {
  const { counts, disabledWithAccess } = model.findings
  if (!counts.isStatusKnown)
    return card(
      'Disabled people with access',
      0,
      'Not known: this snapshot has no tag Status. Read it with tags: Status.',
    )
  return card(
    'Disabled people with access',
    disabledWithAccess.length,
    'They cannot sign in now. What they hold is open again once they are enabled.',
    rows(
      disabledWithAccess,
      'Nobody who is disabled holds anything.',
      link('people', { status: 'DISABLED' }),
      (person) => [
        personCell(model, person, open),
        counted(model.people[person]?.accounts ?? 0, 'account', 'accounts'),
      ],
    ),
  )
}

function rows(
  all: readonly number[],
  calm: string,
  href: string,
  cells: (one: number) => [Node, Node | string],
): HTMLElement {
  if (all.length === 0) return none(calm)
  const list = h(
    'ul',
    { class: 'few' },
    ...all.slice(0, FEW).map((one) => {
      const [first, second] = cells(one)
      return h('li', {}, first, h('span', { class: 'aside' }, second))
    }),
  )
  const more = all.length > FEW ? `All ${grouped(all.length)}` : 'Open as a table'
  return h('div', {}, list, h('p', { class: 'more' }, h('a', { href }, more)))
}

function none(text: string): HTMLElement {
  return h('p', { class: 'calm-text' }, text)
}

function provenance({ data: { provenance: from }, findings: { counts } }: Model): HTMLElement {
  const facts: [string, Node | string][] = [
    ['Identity store', from.identityStoreId],
    [
      'AWS account',
      from.ownerAccount !== null && from.ownerAccount !== from.account
        ? `${from.account}, instance of ${from.ownerAccount}`
        : from.account,
    ],
    ['Region', from.region],
    ['Made', timeOf(from.time)],
    ['Run', from.run ?? 'not on GitHub Actions'],
    [
      'Population',
      `${counted(counts.people, 'person', 'people')}, ${counted(counts.groups, 'group', 'groups')}, ${counted(counts.assignments, 'assignment', 'assignments')}`,
    ],
    ['SHA-256 of access.csv', h('code', {}, from.digests['access.csv'])],
    ['SHA-256 of users.json', h('code', {}, from.digests['users.json'])],
  ]
  return h(
    'section',
    { class: 'provenance', 'aria-labelledby': 'provenance' },
    h('h2', { id: 'provenance' }, 'Where this comes from'),
    h('dl', {}, ...facts.flatMap(([term, fact]) => [h('dt', {}, term), h('dd', {}, fact)])),
    h('p', { class: 'why' }, SCOPE),
  )
}

export const SCOPE =
  'This is what IAM Identity Center assigns. Service control policies, permissions boundaries and resource policies can allow less; policies of your own are not read.'

/** `November 24, 2026, 19:31 UTC` */
export function timeOf(iso: string): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC', hourCycle: 'h23' } as const
  const time = new Date(iso)
  return Number.isNaN(time.getTime())
    ? iso
    : `${new Intl.DateTimeFormat('en-US', options).format(time).replace(' at ', ', ')} UTC`
}
