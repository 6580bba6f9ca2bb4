import { link } from './address.ts'
import { counted, h, name } from './dom.ts'
import { accountLabel, DIRECT, LEVEL_NAMES, LEVELS } from './model.ts'
import type { Cell, Model } from './model.ts'
import { levelMark } from './parts.ts'
import type { Opener } from './parts.ts'

const CELL = 30
const HEAD = 148

/** Groups and accounts, colored by the strongest level; only what is in view is an element. */
export function createMatrix(
  model: Model,
  open: Opener,
): {
  element: HTMLElement
  show(groups: Uint8Array, accounts: Uint8Array, level: number | undefined): number
} {
  const { data, cells } = model
  const head = h('div', { class: 'matrix-head', role: 'rowgroup' })
  const body = h('div', { class: 'matrix-body', role: 'rowgroup' })
  const canvas = h('div', { class: 'matrix-canvas' }, head, body)
  const scroller = h(
    'div',
    {
      class: 'matrix',
      role: 'table',
      tabindex: '0',
      'aria-label': 'Groups and accounts, by the strongest level',
    },
    canvas,
  )
  const legend = h('ul', { class: 'legend' }, ...LEVELS.map((level) => h('li', {}, levelMark(level))))
  const empty = h('p', { class: 'calm-text', hidden: true }, 'Nothing fits these filters.')
  const element = h('div', { class: 'matrix-place' }, legend, empty, scroller)
  let rows: number[] = []
  let columns: number[] = []
  let wanted: number | undefined
  let drawn = ''
  let isWaiting = false
  const drawSoon = (): void => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(() => {
      isWaiting = false
      draw()
    })
  }
  scroller.addEventListener('scroll', drawSoon, { passive: true })
  new ResizeObserver(drawSoon).observe(scroller)
  return { element, show }

  /** Returns how many groups it has. */
  function show(groups: Uint8Array, accounts: Uint8Array, level: number | undefined): number {
    wanted = level
    rows = order(
      [...cells.keys()].filter((row) => row === DIRECT || groups[row] === 1),
      (row) =>
        strengthOf(
          [...(cells.get(row)?.entries() ?? [])]
            .filter(([account]) => accounts[account] === 1)
            .map(([, cell]) => cell),
        ),
    )
    const inRows = new Map<number, Cell[]>()
    for (const row of rows)
      for (const [account, cell] of cells.get(row) ?? []) {
        if (accounts[account] !== 1 || !isShown(cell)) continue
        const known = inRows.get(account)
        if (known === undefined) inRows.set(account, [cell])
        else known.push(cell)
      }
    columns = order([...inRows.keys()], (account) => strengthOf(inRows.get(account) ?? []))
    // The people who were given something directly stand first.
    if (rows.includes(DIRECT)) rows = [DIRECT, ...rows.filter((row) => row !== DIRECT)]
    const isEmpty = rows.length === 0 || columns.length === 0
    empty.hidden = !isEmpty
    scroller.hidden = isEmpty
    scroller.setAttribute('aria-rowcount', String(rows.length + 1))
    scroller.setAttribute('aria-colcount', String(columns.length + 1))
    drawn = ''
    draw()
    return rows.filter((row) => row !== DIRECT).length
  }

  function isShown({ level }: Cell): boolean {
    return wanted === undefined || level === wanted
  }

  /** The strongest first, then those with more. */
  function strengthOf(own: readonly Cell[]): number[] {
    return LEVELS.map((_, level) => own.filter((cell) => isShown(cell) && cell.level === level).length)
  }

  function order(indexes: number[], strength: (index: number) => number[]): number[] {
    const known = new Map(indexes.map((index) => [index, strength(index)]))
    return indexes
      .filter((index) => known.get(index)?.some((count) => count > 0) === true)
      .sort((a, b) => {
        const [left = [], right = []] = [known.get(a), known.get(b)]
        const at = left.findIndex((count, i) => count !== right[i])
        return at === -1 ? a - b : (right[at] ?? 0) - (left[at] ?? 0)
      })
  }

  function draw(): void {
    const side = sideWidth()
    const width = side + columns.length * CELL
    canvas.style.width = `${String(width + CELL)}px`
    canvas.style.height = `${String(HEAD + rows.length * CELL)}px`
    const [firstRow, lastRow] = window_(scroller.scrollTop, scroller.clientHeight, rows.length)
    const [firstColumn, lastColumn] = window_(scroller.scrollLeft, scroller.clientWidth, columns.length)
    const key = [side, firstRow, lastRow, firstColumn, lastColumn].join(' ')
    if (key === drawn) return
    drawn = key
    const shownColumns = columns.slice(firstColumn, lastColumn)
    const titles = h(
      'div',
      { role: 'row', class: 'matrix-titles', 'aria-rowindex': '1' },
      h(
        'div',
        { role: 'columnheader', class: 'matrix-corner', 'aria-colindex': '1' },
        h('span', { class: 'quiet' }, 'Group'),
      ),
    )
    for (const [i, account] of shownColumns.entries()) {
      const id = data.accounts.ids[account] ?? ''
      const title = h(
        'div',
        { role: 'columnheader', class: 'matrix-title', 'aria-colindex': String(firstColumn + i + 2) },
        h(
          'a',
          { href: open('account', account), title: accountLabel(data, account) },
          name(data.accounts.names[account] ?? id),
        ),
      )
      title.style.left = `${String(side + (firstColumn + i) * CELL)}px`
      titles.append(title)
    }
    head.replaceChildren(titles)
    body.replaceChildren(
      ...rows.slice(firstRow, lastRow).map((row, i) => {
        const title =
          row === DIRECT
            ? h('a', { href: link('access', { through: 'direct' }) }, 'Direct assignments')
            : h('a', { href: open('group', row) }, name(data.groups.names[row] ?? ''))
        const line = h(
          'div',
          {
            role: 'row',
            class: row === DIRECT ? 'matrix-row direct' : 'matrix-row',
            'aria-rowindex': String(firstRow + i + 2),
          },
          h('div', { role: 'rowheader', class: 'matrix-side', 'aria-colindex': '1' }, title),
        )
        line.style.top = `${String((firstRow + i) * CELL)}px`
        const own = cells.get(row)
        for (const [at, account] of shownColumns.entries()) {
          const cell = own?.get(account)
          if (cell === undefined || !isShown(cell)) continue
          line.append(square(row, account, cell, firstColumn + at, side))
        }
        return line
      }),
    )
  }

  function square(row: number, account: number, cell: Cell, column: number, side: number): HTMLElement {
    const level = LEVELS[cell.level] ?? 'other'
    const who = row === DIRECT ? 'Direct assignments' : (data.groups.names[row] ?? '')
    const label = `${who}, ${accountLabel(data, account)}: ${LEVEL_NAMES[level]}, ${counted(cell.sets, 'permission set', 'permission sets')}`
    const way = row === DIRECT ? { through: 'direct' } : { group: data.groups.ids[row] }
    const href = link('access', { account: data.accounts.ids[account], ...way })
    const element_ = h(
      'div',
      { role: 'cell', class: 'matrix-cell', 'aria-colindex': String(column + 2) },
      h('a', { href, class: `level-${level}`, 'aria-label': label, title: label }),
    )
    element_.style.left = `${String(side + column * CELL)}px`
    return element_
  }

  function sideWidth(): number {
    return scroller.clientWidth < 600 ? 132 : 230
  }
}

/** The first and the end of what is in view, with some around it. */
function window_(from: number, room: number, count: number): [number, number] {
  const first = Math.max(0, Math.floor(from / CELL) - 4)
  return [first, Math.min(count, first + Math.ceil(room / CELL) + 8)]
}
