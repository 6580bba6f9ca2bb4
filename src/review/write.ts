import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFiles } from '../files.ts'
import type { Access } from '../snapshot/access.ts'
import type { Identities } from '../snapshot/model.ts'
import { accessCsv, usersCsv } from './csv.ts'
import { findingsOf, linesOf } from './lines.ts'
import type { ReviewCounts } from './lines.ts'
import { reviewPage } from './page.ts'
import type { Provenance } from './page.ts'
import { populationOf } from './population.ts'

export interface ReviewRequest {
  snapshot: Identities & { access: Access }
  /** All but the digest of access.csv, which follows from the snapshot. */
  provenance: Omit<Provenance, 'digests'> & { usersSha256: string }
  /** Absolute path of the page that review-page/build.mjs built. */
  template: string
  /** Absolute, inside one of the roots. */
  directory: string
  roots: readonly string[]
}

export interface Review {
  /** Absolute paths. */
  files: { page: string; accessCsv: string; usersCsv: string }
  counts: ReviewCounts
}

/**
 * Writes access.csv, users.csv and access-review.html, all three or none.
 *
 * @throws UserError
 */
export async function writeReview(request: ReviewRequest): Promise<Review> {
  const { snapshot, directory, roots } = request
  const { usersSha256, ...provenance } = request.provenance
  const template = await readFile(request.template, 'utf8')
  const population = populationOf(snapshot)
  const lines = linesOf(population)
  const files = {
    page: join(directory, 'access-review.html'),
    accessCsv: join(directory, 'access.csv'),
    usersCsv: join(directory, 'users.csv'),
  }
  await writeFiles(roots, async (stage) => {
    const { sha256 } = await stage(files.accessCsv, accessCsv(population, lines))
    await stage(files.usersCsv, usersCsv(population, lines))
    const digests = { 'access.csv': sha256, 'users.json': usersSha256 }
    const data = { provenance: { ...provenance, digests }, ...population }
    await stage(files.page, reviewPage(template, data))
  })
  return { files, counts: findingsOf(population, lines).counts }
}
