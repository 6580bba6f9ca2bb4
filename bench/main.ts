import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DIST } from '../emulator/runner.ts'
import { cells } from './cells.ts'
import type { Row } from './cells.ts'

const usage = `npm run bench -- [--all] [--json FILE] [cell]…

Measures the bundle in dist/ (or DIST_DIRECTORY) against a loopback Identity Center, by the table of docs/performance.md.
Exit code 1 when a bound does not hold. EARLIER_DIST names an earlier bundle to hold access-none against. RAITO_BIN and REFERENCE_CONNECTOR name the Raito CLI and the connector that ours
replaces, to be measured beside it.
Cells: ${cells.map(({ name, onlyAll }) => (onlyAll === true ? `${name} (--all)` : name)).join(', ')}`

const { values, positionals } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const unknown = positionals.filter((wanted) => !cells.some(({ name }) => name === wanted))
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `There is no cell ${unknown.join(', ')}.\n\n${usage}` : usage)
  process.exit(values.help ? 0 : 1)
}

const place = mkdtempSync(join(tmpdir(), 'bench-'))
const rows: Row[] = []
try {
  for (const cell of cells) {
    if (positionals.length > 0 ? !positionals.includes(cell.name) : cell.onlyAll === true && !values.all)
      continue
    console.log(`\n${cell.name}: ${cell.what}`)
    await cell.measure({
      dist: DIST,
      place,
      report(row) {
        rows.push(row)
        console.log(lineOf(row))
        for (const { text, holds } of row.bounds) console.log(`    ${holds ? 'ok    ' : 'FAILED'} ${text}`)
      },
    })
  }
} finally {
  rmSync(place, { recursive: true, force: true })
}

const failed = rows.filter(({ bounds }) => bounds.some(({ holds }) => !holds))
console.log(`\n${tableOf(rows)}`)
console.log(
  failed.length === 0
    ? '\nEvery bound holds.'
    : `\nA bound does not hold: ${failed.map(({ cell }) => cell).join(', ')}.`,
)
if (values.json !== undefined) {
  mkdirSync(dirname(resolve(values.json)), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
}
process.exit(failed.length === 0 ? 0 : 1)

function lineOf({ who, figures, failure }: Row): string {
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  return `  ${who}: ${[...texts, ...(failure === undefined ? [] : [`FAILED (${failure})`])].join(', ')}`
}

/** Markdown, so that it can be pasted. */
function tableOf(all: readonly Row[]): string {
  const columns = [...new Set(all.flatMap(({ figures }) => Object.keys(figures)))]
  const lines = all.map(({ cell, who, figures, failure, bounds }) => [
    cell,
    who,
    ...columns.map((column) => String(figures[column] ?? '')),
    failure !== undefined
      ? 'failed'
      : bounds.length === 0
        ? ''
        : bounds.every(({ holds }) => holds)
          ? 'ok'
          : 'NO',
  ])
  const head = ['cell', 'who', ...columns, 'bounds']
  const widths = head.map((title, n) => Math.max(title.length, ...lines.map((line) => line[n]?.length ?? 0)))
  const render = (line: readonly string[]): string =>
    `| ${line.map((text, n) => text.padEnd(widths[n] ?? 0)).join(' | ')} |`
  return [render(head), render(widths.map((width) => '-'.repeat(width))), ...lines.map(render)].join('\n')
}
