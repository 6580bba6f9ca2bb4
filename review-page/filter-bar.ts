import type { FilterName, View } from './address.ts'
import { h } from './dom.ts'
import { accountLabel, LEVEL_NAMES, LEVELS } from './model.ts'
import type { Model } from './model.ts'

/** The controls of the filters; a choice is told by its name and the text that stands in the address. */
export interface FilterBar {
  element: HTMLElement
  show: (view: View, parameters: URLSearchParams) => void
  /** The filters in words, for paper. */
  words: (parameters: URLSearchParams, isSearched: boolean) => string[]
}

/** Of a long list so many are offered. */
const MOST_OFFERED = 50

const SEARCHES: Record<View, string> = {
  overview: '',
  people: 'Search people',
  access: 'Search all columns',
  groups: 'Search groups',
  accounts: 'Search accounts',
  sets: 'Search permission sets',
  matrix: 'Search groups',
}

export function filterBar(
  model: Model,
  choose: (changes: Partial<Record<FilterName, string | undefined>>) => void,
): FilterBar {
  const { groups, accounts, sets, people } = model.data
  const search = h('input', {
    type: 'search',
    'aria-label': 'Search',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => later(() => choose({ q: search.value })),
  })
  const account = picker(
    'account',
    'Account',
    accounts.ids,
    accounts.ids.map((_, i) => accountLabel(model.data, i)),
  )
  const set = picker(
    'set',
    'Permission set',
    sets.map(({ arn }) => arn),
    distinct(
      sets.map(({ name }) => name),
      sets.map(({ arn }) => arn.slice(arn.lastIndexOf('/') + 1)),
    ),
  )
  const level = select(
    'level',
    'Level',
    LEVELS.map((one) => [one, LEVEL_NAMES[one]]),
  )
  const group = picker('group', 'Group', groups.ids, distinct(groups.names, groups.ids))
  const through = select('through', 'Through', [
    ['group', 'A group'],
    ['direct', 'Direct assignment'],
  ])
  const statuses = [...new Set(people.statuses)].filter((one) => one !== '').sort()
  const status = select(
    'status',
    'Status',
    statuses.map((one) => [one, `${one.slice(0, 1)}${one.slice(1).toLowerCase()}`]),
  )
  const controls = { account, set, level, group, through, status }
  const clear = h('button', { type: 'button', class: 'clear', onclick: clearAll }, 'Clear')
  const more = h(
    'details',
    { class: 'more-filters', open: matchMedia('(min-width: 700px)').matches },
    h('summary', {}, 'Filters'),
    h('div', { class: 'fields' }, ...Object.values(controls).map(({ field }) => field)),
  )
  const element = h(
    'form',
    {
      class: 'filters',
      role: 'search',
      'aria-label': 'Filters',
      onsubmit: (event: Event) => event.preventDefault(),
    },
    search,
    more,
    clear,
  )

  return {
    element,
    show(view, parameters) {
      search.placeholder = SEARCHES[view]
      for (const [name, { field }] of Object.entries(controls)) field.hidden = !isOffered(name, view)
      const q = parameters.get('q') ?? ''
      if (search.value !== q) search.value = q
      for (const [name, control] of Object.entries(controls)) control.show(parameters.get(name) ?? '')
      const used = Object.keys(controls).filter((name) => parameters.has(name)).length
      more.querySelector('summary')?.replaceChildren(used === 0 ? 'Filters' : `Filters (${String(used)})`)
      clear.hidden = used === 0 && q === ''
    },
    words: (parameters, isSearched) => [
      ...Object.entries(controls).flatMap(([name, { title, labelOf }]) => {
        const value = parameters.get(name) ?? ''
        return value === '' ? [] : [`${title.toLowerCase()}: ${labelOf(value)}`]
      }),
      ...(isSearched && parameters.has('q') ? [`search: ${parameters.get('q') ?? ''}`] : []),
    ],
  }

  /** Who is meant by a group's assignments is not asked there. */
  function isOffered(name: string, view: View): boolean {
    if (name === 'status' && statuses.length === 0) return false
    return !['status', 'through'].includes(name) || !['groups', 'matrix'].includes(view)
  }

  function clearAll(): void {
    choose(Object.fromEntries(['q', ...Object.keys(controls)].map((name) => [name, undefined])))
    search.focus()
  }

  function select(name: FilterName, title: string, options: readonly [string, string][]) {
    const input = h(
      'select',
      { onchange: () => choose({ [name]: input.value }) },
      h('option', { value: '' }, 'Any'),
      ...options.map(([value, text]) => h('option', { value }, text)),
    )
    const field = h('label', {}, h('span', {}, title), input)
    const labelOf = (value: string): string => options.find(([one]) => one === value)?.[1] ?? value
    return {
      field,
      title,
      labelOf,
      show(value: string): void {
        input.value = options.some(([one]) => one === value) ? value : ''
        field.classList.toggle('used', input.value !== '')
      },
    }
  }

  /** One of many: the browser's own list of suggestions, filled with what fits so far. */
  function picker(name: FilterName, title: string, keys: readonly string[], labels: readonly string[]) {
    const byLabel = new Map(labels.map((label, i) => [label, i]))
    const byKey = new Map(keys.map((key, i) => [key, i]))
    const options = h('datalist', { id: `${name}-list` })
    const input = h('input', {
      list: `${name}-list`,
      placeholder: 'Any',
      autocomplete: 'off',
      spellcheck: 'false',
      onfocus: offer,
      oninput: typed,
      onchange: typed,
    })
    const field = h('label', {}, h('span', {}, title), input, options)
    const labelOf = (key: string): string => labels[byKey.get(key) ?? -1] ?? key
    let chosen = ''
    return {
      field,
      title,
      labelOf,
      show(key: string): void {
        if (key !== chosen || document.activeElement !== input) input.value = key === '' ? '' : labelOf(key)
        chosen = key
        field.classList.toggle('used', key !== '')
      },
    }

    function offer(): void {
      const wanted = input.value.trim().toLowerCase()
      const fitting: string[] = []
      for (const label of labels) {
        if (fitting.length === MOST_OFFERED) break
        if (label.toLowerCase().includes(wanted)) fitting.push(label)
      }
      options.replaceChildren(...fitting.map((label) => h('option', { value: label })))
    }

    function typed(event: Event): void {
      const text = input.value.trim()
      const index = byLabel.get(text) ?? byKey.get(text)
      if (text === '') choose({ [name]: undefined })
      else if (index !== undefined) choose({ [name]: keys[index] })
      else if (event.type === 'change') input.value = chosen === '' ? '' : labelOf(chosen)
      else offer()
    }
  }
}

/** What is called alike is told apart by its id. */
function distinct(names: readonly string[], ids: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return names.map((name, i) => (counts.get(name) === 1 ? name : `${name} (${ids[i] ?? ''})`))
}

let timer: ReturnType<typeof setTimeout> | undefined

/** Once nobody types for a moment. */
function later(work: () => void): void {
  clearTimeout(timer)
  timer = setTimeout(work, 120)
}
