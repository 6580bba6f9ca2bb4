import { mapped } from '../snapshot/canonical.ts'
import { holdingsOf } from './lines.ts'
import type { Lines, Population } from './lines.ts'

const PERSON_COLUMNS = 'user_name,name,email,status'
const ACCESS_COLUMNS =
  'account_id,account_name,permission_set,level,session_duration,policies,through,through_id'
const USERS_COLUMNS = 'external_id,groups,accounts,permission_sets,administrator_accounts'

/** access.csv: a line for each person, account, permission set and way; one for whoever has no access. */
export function accessCsv(population: Population, lines: Lines): Generator<string> {
  return mapped(accessLines(population, lines), withLineEnd)
}

/** users.csv: a line for each person. */
export function usersCsv(population: Population, lines: Lines): Generator<string> {
  return mapped(userLines(population, lines), withLineEnd)
}

function* accessLines({ people, groups, accounts, sets }: Population, lines: Lines): Generator<string> {
  yield `${PERSON_COLUMNS},${ACCESS_COLUMNS}`
  const accountCells = accounts.ids.map((id, i) => cellsOf([id, accounts.names[i] ?? '']))
  const setCells = sets.map(({ name, level, sessionDuration, policies }) =>
    cellsOf([name, level, sessionDuration, policies.join(' ')]),
  )
  const groupCells = groups.ids.map((id, i) => cellsOf([groups.names[i] ?? '', id]))
  const none = `,${ACCESS_COLUMNS.replaceAll(/\w/g, '')}`
  for (const [person, id] of people.ids.entries()) {
    const head = personCells(people, person)
    const [from = 0, to = 0] = lines.starts.subarray(person, person + 2)
    if (from === to) yield head + none
    for (let line = from; line < to; line++) {
      const group = lines.group[line] ?? -1
      const way = group === -1 ? cellsOf(['direct', id]) : groupCells[group]
      yield [head, accountCells[lines.account[line] ?? 0], setCells[lines.set[line] ?? 0], way].join(',')
    }
  }
}

function* userLines({ people, accounts, sets }: Population, lines: Lines): Generator<string> {
  yield `${PERSON_COLUMNS},${USERS_COLUMNS}`
  for (const [person, id] of people.ids.entries()) {
    const held = holdingsOf(person, lines, sets)
    const asAdministrator = held.accountsAsAdministrator.map((account) => accounts.ids[account]).join(' ')
    const numbers = [people.groupCounts[person], held.accounts, held.sets].map(String)
    yield `${personCells(people, person)},${cellsOf([id, ...numbers, asAdministrator])}`
  }
}

function withLineEnd(line: string): string {
  return `${line}\r\n`
}

function personCells({ userNames, names, emails, statuses }: Population['people'], person: number): string {
  return cellsOf([userNames, names, emails, statuses].map((column) => column[person] ?? ''))
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
