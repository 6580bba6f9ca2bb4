import type { RootContent } from 'mdast'
import type { ReviewCounts } from '../review/lines.ts'
import { grouped, heading, table } from './markdown.ts'

/** How many there are, and how many of each deserve a look; never who. */
export function describeReview(counts: ReviewCounts | undefined): RootContent[] {
  if (counts === undefined) return []
  const of = (some: number, all: number) => `${grouped(some)} of ${grouped(all)}`
  const { isStatusKnown, disabledWithAccess } = counts
  return [
    heading('Access review'),
    table(
      'numbers',
      ['', 'Count'],
      [
        ['People with access', of(counts.peopleWithAccess, counts.people)],
        ['Lines (person, account, permission set, way)', grouped(counts.lines)],
        ['Administrators', grouped(counts.administrators)],
        [
          'Accounts with fewer than two administrators',
          of(counts.accountsWithFewAdministrators, counts.accounts),
        ],
        ['Direct assignments', of(counts.directAssignments, counts.assignments)],
        ['Groups with assignments and nobody in them', grouped(counts.emptyGroups)],
        [
          'Disabled people with access',
          isStatusKnown ? grouped(disabledWithAccess) : 'not known, without the tag Status',
        ],
      ],
    ),
  ]
}
