import type { PhrasingContent, RootContent } from 'mdast'
import type { ReviewCounts } from '../review/lines.ts'
import { grouped, heading, table, text } from './markdown.ts'

/** How many there are, and how many of each deserve a look; never who. */
export function describeReview(counts: ReviewCounts): RootContent[] {
  const disabled = counts.isStatusKnown
    ? grouped(counts.disabledWithAccess)
    : 'not known, without the tag Status'
  const rows: [string, string][] = [
    ['People with access', `${grouped(counts.peopleWithAccess)} of ${grouped(counts.people)}`],
    ['Lines (person, account, permission set, way)', grouped(counts.lines)],
    ['Administrators', grouped(counts.administrators)],
    [
      'Accounts with fewer than two administrators',
      `${grouped(counts.accountsWithFewAdministrators)} of ${grouped(counts.accounts)}`,
    ],
    ['Direct assignments', `${grouped(counts.directAssignments)} of ${grouped(counts.assignments)}`],
    ['Groups with assignments and nobody in them', grouped(counts.emptyGroups)],
    ['Disabled people with access', disabled],
  ]
  const cells = rows.map(([what, count]): PhrasingContent[][] => [[text(what)], [text(count)]])
  return [heading(3, text('Access review')), table(['left', 'right'], ['', 'Count'], cells)]
}
