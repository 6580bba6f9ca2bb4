import {
  FilterModule,
  FormatModule,
  ResizeTableModule,
  ResponsiveLayoutModule,
  Tabulator,
} from 'tabulator-tables'
import { h } from './dom.ts'

Tabulator.registerModule([FilterModule, FormatModule, ResizeTableModule, ResponsiveLayoutModule])

export interface Column {
  title: string
  /** Names it in a link. */
  key: string
  /** What it is sorted by. */
  value: (row: number) => number
  cell: (row: number) => Node | string
  /** Relative width, and the least one in pixels. */
  grow: number
  least: number
  isNumber?: boolean
  /** Hidden first where there is little room; 0 never. */
  priority: number
}

export interface Sorting {
  key: string
  isDescending: boolean
}

/** A table whose rows are numbers; only those in view are elements. */
export interface Table {
  element: HTMLElement
  /** Takes the rows whose byte is 1. */
  show(rows: Uint8Array): void
  sort(sorting: Sorting): Promise<void>
  /** After it was hidden. */
  redraw(): void
}

const ROW_HEIGHT = 48

/**
 * Tabulator has the rows, their widths and the scrolling, and makes elements only of what is in view. The order is worked
 * out here: its own sorting would run again, for a second and more, whenever a filter of 300,000 lines changes. A screen
 * reader is told of a plain table whose rows know their number among those that are not in view.
 */
export async function createTable(
  label: string,
  columns: readonly Column[],
  size: number,
  sorting: Sorting,
  place: HTMLElement,
  onSort: (sorting: Sorting) => void,
): Promise<Table> {
  const rows = Array.from({ length: size }, (_, index): Row => ({ index }))
  const element = h('div', { class: 'grid' })
  const holder = h('div', { class: 'grid-place' }, element)
  let sorted = sorting
  let shown: Uint8Array = new Uint8Array(size).fill(1)
  // It measures itself once it is built.
  place.replaceChildren(holder)
  const tabulator = new Tabulator(element, {
    data: inOrder(sorting),
    index: 'index',
    height: '100%',
    layout: 'fitColumns',
    responsiveLayout: 'hide',
    rowHeight: ROW_HEIGHT,
    placeholder: 'Nothing fits these filters.',
    columns: columns.map((column) => ({
      title: column.title,
      field: column.key,
      widthGrow: column.grow,
      minWidth: column.least,
      responsive: column.priority,
      cssClass: column.isNumber === true ? 'number' : '',
      titleFormatter: () => {
        const sort = (): void => onSort(next(column))
        return h('button', { type: 'button', class: 'sort', onclick: sort }, column.title)
      },
      formatter(cell) {
        cell.getElement().setAttribute('role', 'cell')
        const content = column.cell((cell.getData() as Row).index)
        return typeof content === 'string' ? h('span', {}, content) : (content as HTMLElement)
      },
    })),
    rowFormatter(row) {
      const position = row.getPosition()
      if (position !== false) row.getElement().setAttribute('aria-rowindex', String(position + 1))
    },
  })
  await new Promise<void>((resolve) => {
    tabulator.on('tableBuilt', resolve)
  })
  makePlain()
  return {
    element: holder,
    show(bytes) {
      shown = bytes
      let count = 0
      for (const byte of bytes) count += byte
      element.setAttribute('aria-rowcount', String(count + 1))
      tabulator.setFilter((row: Row) => shown[row.index] === 1)
    },
    async sort(wanted) {
      if (wanted.key === sorted.key && wanted.isDescending === sorted.isDescending) return
      sorted = wanted
      tellSorting()
      await tabulator.setData(inOrder(wanted))
    },
    redraw: () => tabulator.redraw(),
  }

  /** Numbers begin with the most, and what was asked for already is turned around. */
  function next({ key, isNumber = false }: Column): Sorting {
    return { key, isDescending: key === sorted.key ? !sorted.isDescending : isNumber }
  }

  /** What is equal stays in the order of the snapshot. */
  function inOrder({ key, isDescending }: Sorting): Row[] {
    const valueOf = columns.find((column) => column.key === key)?.value ?? ((row: number) => row)
    const sign = isDescending ? -1 : 1
    const keys = Float64Array.from(rows, (_, index) => sign * valueOf(index) * size + index).sort()
    return Array.from(keys, (packed) => rows[((packed % size) + size) % size] ?? { index: 0 })
  }

  function makePlain(): void {
    element.setAttribute('role', 'table')
    element.setAttribute('aria-label', label)
    element.removeAttribute('aria-owns')
    element.querySelector('.tabulator-headers')?.setAttribute('aria-rowindex', '1')
    const body = element.querySelector('.tabulator-tableholder')
    body?.setAttribute('role', 'rowgroup')
    body?.setAttribute('aria-label', `${label}, rows`)
    element.querySelector('.tabulator-table')?.setAttribute('role', 'presentation')
    tellSorting()
  }

  function tellSorting(): void {
    for (const column of element.querySelectorAll('.tabulator-col')) {
      const isSorted = column.getAttribute('tabulator-field') === sorted.key
      const direction = sorted.isDescending ? 'descending' : 'ascending'
      column.setAttribute('aria-sort', isSorted ? direction : 'none')
    }
  }
}

interface Row {
  index: number
}
