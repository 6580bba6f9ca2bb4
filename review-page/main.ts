import type { PageData } from '../src/review/page.ts'
import { changed, FILTERS, link, parseAddress, VIEWS } from './address.ts'
import type { Address, FilterName, View } from './address.ts'
import { cardOf } from './card.ts'
import { counted, grouped, h } from './dom.ts'
import { selectorOf } from './filter.ts'
import type { Filter, Selection } from './filter.ts'
import { filterBar } from './filter-bar.ts'
import { createMatrix } from './matrix.ts'
import { modelOf } from './model.ts'
import { overview, timeOf } from './overview.ts'
import { paperOf } from './paper.ts'
import type { CardKind, Opener } from './parts.ts'
import { createTable } from './table.ts'
import type { Sorting, Table } from './table.ts'
import { describeTables } from './tables.ts'
import type { TableView } from './tables.ts'

/**
 * The page: the address says what is shown. It is read when it changes, and written when somebody filters, sorts or opens
 * something, so that every state of the page is a link.
 */

const TITLES: Record<View, string> = {
  overview: 'Overview',
  people: 'People',
  access: 'Access',
  groups: 'Groups',
  accounts: 'Accounts',
  sets: 'Permission sets',
  matrix: 'Matrix',
}

const model = modelOf(JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData)
const { data, findings } = model
const selector = selectorOf(model)
let address: Address = parseAddress(location.hash)

const open: Opener = (kind, index) => changed(address, { open: `${kind}:${keyOf(kind, index)}` })
const descriptions = describeTables(model, open)
const tables = new Map<TableView, Promise<Table>>()

const sizes: Partial<Record<View, number>> = {
  people: findings.counts.people,
  access: findings.counts.lines,
  groups: findings.counts.groups,
  accounts: findings.counts.accounts,
  sets: findings.counts.permissionSets,
}
const tabs = VIEWS.map((view) => {
  const size = sizes[view]
  return h(
    'a',
    { href: link(view) },
    TITLES[view],
    size === undefined ? null : h('span', { class: 'size' }, grouped(size)),
  )
})
const filters = filterBar(model, go)
const status = h('p', { class: 'status', role: 'status' })
const stage = h('div', { class: 'stage' })
const card = h('dialog', { class: 'card-dialog', 'aria-labelledby': 'card-title' })
const paper = h('div', { id: 'paper' })

const { provenance } = data
document.body.append(
  h('a', { class: 'skip', href: '#main', onclick: skip }, 'Skip to the content'),
  h(
    'div',
    { id: 'app' },
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'title' },
        h('h1', {}, 'Access review'),
        h(
          'p',
          {},
          `${provenance.identityStoreId} · account ${provenance.account} · ${provenance.region} · ${timeOf(provenance.time)}`,
        ),
      ),
      h('button', { type: 'button', class: 'print', onclick: () => print() }, 'Print for sign-off'),
    ),
    h('nav', { 'aria-label': 'Views' }, ...tabs),
    h('main', { id: 'main', tabindex: '-1' }, filters.element, status, stage),
  ),
  card,
  paper,
)

let shown: { view: View; element: HTMLElement } | undefined
let home: HTMLElement | undefined
let matrix: ReturnType<typeof createMatrix> | undefined

addEventListener('hashchange', () => void render())
addEventListener('beforeprint', fillPaper)
addEventListener('afterprint', () => paper.replaceChildren())
matchMedia('print').addEventListener('change', ({ matches }) => {
  if (matches) fillPaper()
})
card.addEventListener('close', () => {
  if (address.parameters.has('open')) go({ open: undefined })
})
card.addEventListener('click', (event) => {
  if (event.target === card) card.close()
})
await render()
document.documentElement.dataset['ready'] = 'true'

function go(changes: Record<string, string | undefined>): void {
  const to = changed(address, changes)
  // Every letter of a search would be a step back otherwise.
  if ('q' in changes || 'sort' in changes) {
    history.replaceState(null, '', to)
    void render()
  } else location.hash = to
}

async function render(): Promise<void> {
  address = parseAddress(location.hash)
  const { view, parameters } = address
  document.title = `${TITLES[view]} · Access review`
  const kept = Object.fromEntries([...parameters].filter(([name]) => isFilter(name)))
  for (const [i, tab] of tabs.entries()) {
    const to = VIEWS[i] ?? 'overview'
    tab.setAttribute('href', to === 'overview' ? link(to) : link(to, kept))
    if (to === view) {
      tab.setAttribute('aria-current', 'page')
      tab.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    } else tab.removeAttribute('aria-current')
  }
  filters.element.hidden = view === 'overview'
  filters.show(view, parameters)
  const filter = selector.filterOf(parameters)
  if (view === 'overview') showElement(view, (home ??= overview(model, open)))
  else if (view === 'matrix') showMatrix(filter)
  else await showTable(view, filter)
  showCard()
}

function isFilter(name: string): name is FilterName {
  return FILTERS.some((one) => one === name)
}

function showElement(view: View, element: HTMLElement): boolean {
  if (shown?.element === element) return false
  stage.replaceChildren(element)
  stage.dataset['view'] = view
  shown = { view, element }
  status.textContent = ''
  return true
}

function showMatrix(filter: Filter): void {
  matrix ??= createMatrix(model, open)
  showElement('matrix', matrix.element)
  // A search finds groups here, and whatever the filters leave of accounts.
  const { groups } = selector.select(filter)
  const { accounts } = selector.select({ ...filter, terms: [] })
  tell('matrix', matrix.show(groups, accounts, filter.level))
}

async function showTable(view: TableView, filter: Filter): Promise<void> {
  const { columns, sorting, label, size } = descriptions[view]
  const given = sortingOf(address.parameters.get('sort'))
  const wanted = columns.some(({ key }) => key === given?.key) && given !== undefined ? given : sorting
  let making = tables.get(view)
  if (making === undefined) {
    shown = undefined
    making = createTable(label, columns, size, wanted, stage, (by) => {
      if (address.view === view) noteSorting(by, sorting)
    })
    tables.set(view, making)
  }
  const table = await making
  if (address.view !== view) return
  if (showElement(view, table.element)) table.redraw()
  await table.sort(wanted)
  const rows = rowsOf(view, selector.select(filter))
  table.show(rows)
  let count = 0
  for (const byte of rows) count += byte
  tell(view, count)
}

function rowsOf(view: TableView, selection: Selection): Uint8Array {
  return view === 'access' ? selection.lines : selection[view]
}

function tell(view: TableView | 'matrix', count: number): void {
  const { one, many, size } =
    view === 'matrix'
      ? { one: 'group', many: 'groups', size: model.cells.size - (model.cells.has(-1) ? 1 : 0) }
      : descriptions[view]
  status.textContent =
    count === size ? counted(count, one, many) : `${grouped(count)} of ${counted(size, one, many)}`
}

function sortingOf(text: string | null): Sorting | undefined {
  if (text === null || text === '') return undefined
  return { key: text.replace(/^-/, ''), isDescending: text.startsWith('-') }
}

function noteSorting({ key, isDescending }: Sorting, byDefault: Sorting): void {
  const isDefault = key === byDefault.key && isDescending === byDefault.isDescending
  const sort = isDefault ? undefined : `${isDescending ? '-' : ''}${key}`
  if ((address.parameters.get('sort') ?? undefined) !== sort) go({ sort })
}

/** What names a thing in a link. */
function keyOf(kind: CardKind, index: number): string {
  const { people, groups, accounts, sets } = data
  const keys = { person: people.ids, group: groups.ids, account: accounts.ids }
  return (kind === 'set' ? sets[index]?.arn : keys[kind][index]) ?? ''
}

function showCard(): void {
  const [, kind, key] = /^(person|group|account|set):(.+)$/s.exec(address.parameters.get('open') ?? '') ?? []
  const index = kind === undefined ? -1 : indexOf(kind as CardKind, key ?? '')
  if (index === -1) {
    if (card.open) card.close()
    return
  }
  const close = h(
    'button',
    { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => card.close() },
    '×',
  )
  card.replaceChildren(close, h('article', {}, ...cardOf(model, kind as CardKind, index, open)))
  card.scrollTop = 0
  if (!card.open) card.showModal()
}

function indexOf(kind: CardKind, key: string): number {
  const { people, groups, accounts, sets } = data
  if (kind === 'set') return sets.findIndex(({ arn }) => arn === key)
  return { person: people.ids, group: groups.ids, account: accounts.ids }[kind].indexOf(key)
}

/** People bring all that they hold; any other view the lines that its filters leave. */
function fillPaper(): void {
  if (paper.childElementCount > 0) return
  const { view, parameters } = address
  const filter = view === 'overview' ? { terms: [] } : selector.filterOf(parameters)
  const isSearched = view === 'people' || view === 'access'
  const selection = selector.select(isSearched ? filter : { ...filter, terms: [] })
  const lines =
    view === 'people' ? model.lines.person.map((person) => selection.people[person] ?? 0) : selection.lines
  const words = view === 'overview' ? [] : filters.words(parameters, isSearched)
  paper.replaceChildren(...paperOf(model, lines, view === 'people' ? 'people with' : 'lines with', words))
}

function skip(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
