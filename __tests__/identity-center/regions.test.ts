import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { expect, it } from '@jest/globals'
import { partitionOf, REGIONS } from '../../src/identity-center/regions.ts'

interface Partition {
  id: string
  regions: Record<string, unknown>
}

it('the regions are those that the AWS SDK knows, its pseudo regions aside', async () => {
  const known = Object.fromEntries(
    (await partitionsOfSdk()).map(({ id, regions }) => [
      id,
      Object.keys(regions)
        .filter((region) => !region.endsWith('-global'))
        .sort(),
    ]),
  )
  expect(REGIONS).toEqual(known)
})

it('every region is taken for one of its own partition', () => {
  const taken = Object.entries(REGIONS).flatMap(([partition, regions]) =>
    regions.map((region) => [region, partition, partitionOf(region).id]),
  )
  expect(taken.filter(([, partition, found]) => partition !== found)).toEqual([])
})

async function partitionsOfSdk(): Promise<Partition[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('@aws-sdk/core/package.json'))
  const file = join(folder, 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js')
  const { partitionsInfo } = (await import(pathToFileURL(file).href)) as {
    partitionsInfo: { partitions: Partition[] }
  }
  return partitionsInfo.partitions
}
