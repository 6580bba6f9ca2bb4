import { holdingsOf } from './lines.ts'
import type { Lines, Population } from './lines.ts'

const ACCESS_COLUMNS = [
  'user_name',
  'name',
  'email',
  'status',
  'account_id',
  'account_name',
  'permission_set',
  'level',
  'session_duration',
  'policies',
  'through',
  'through_id',
]
const USERS_COLUMNS = [
  'user_name',
  'name',
  'email',
  'status',
  'external_id',
  'groups',
  'accounts',
  'permission_sets',
  'administrator_accounts',
]

/** access.csv in pieces: a line for each person, account, permission set and way; one for whoever has no access. */
export function accessCsv(population: Population, lines: Lines): Generator<string> {
  return inPieces(accessLines(population, lines))
}

/** users.csv in pieces: a line for each person. */
export function usersCsv(population: Population, lines: Lines): Generator<string> {
  return inPieces(userLines(population, lines))
}

function* accessLines({ people, groups, accounts, sets }: Population, lines: Lines): Generator<string> {
  yield lineOf(ACCESS_COLUMNS)
  const accountCells = accounts.ids.map((id, i) => cellsOf([id, accounts.names[i] ?? '']))
  const setCells = sets.map(({ name, level, sessionDuration, policies }) =>
    cellsOf([name, level, sessionDuration, policies.join(' ')]),
  )
  const groupCells = groups.ids.map((id, i) => cellsOf([groups.names[i] ?? '', id]))
  const none = ','.repeat(ACCESS_COLUMNS.length - PERSON_COLUMNS)
  for (const [person, id] of people.ids.entries()) {
    const head = personCells(people, person)
    const [from = 0, to = 0] = lines.starts.subarray(person, person + 2)
    if (from === to) yield `${head}${none}\r\n`
    for (let line = from; line < to; line++) {
      const group = lines.group[line] ?? -1
      const way = group === -1 ? cellsOf(['direct', id]) : groupCells[group]
      yield (
        [head, accountCells[lines.account[line] ?? 0], setCells[lines.set[line] ?? 0], way].join(',') + '\r\n'
      )
    }
  }
}

function* userLines({ people, accounts, sets }: Population, lines: Lines): Generator<string> {
  yield lineOf(USERS_COLUMNS)
  for (const [person, id] of people.ids.entries()) {
    const held = holdingsOf(person, lines, sets)
    const asAdministrator = held.accountsAsAdministrator.map((account) => accounts.ids[account])
    const own = [
      id,
      String(people.groupCounts[person]),
      String(held.accounts),
      String(held.sets),
      asAdministrator.join(' '),
    ]
    yield `${personCells(people, person)},${lineOf(own)}`
  }
}

const PERSON_COLUMNS = 4

function personCells({ userNames, names, emails, statuses }: Population['people'], person: number): string {
  return cellsOf([userNames, names, emails, statuses].map((column) => column[person] ?? ''))
}

function lineOf(cells: readonly string[]): string {
  return `${cellsOf(cells)}\r\n`
}

function cellsOf(cells: readonly string[]): string {
  return cells.map(cellOf).join(',')
}

/**
 * By RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it (CWE-1236,
 * https://owasp.org/www-community/attacks/CSV_Injection).
 */
function cellOf(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

const PIECE_LENGTH = 256 * 1024

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  yield piece
}
