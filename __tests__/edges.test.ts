import { describe, expect, it } from '@jest/globals'
import { buildEdges } from '../src/edges.ts'
import { readContext } from '../src/github/context.ts'
import { parseActionSettings } from '../src/settings.ts'

function edgesOf(repository: object, inputs: Record<string, string> = {}, environment = {}) {
  const ignore = (): void => undefined
  return buildEdges(
    parseActionSettings({ 'aws-account-id': '111122223333', ...inputs }, {}),
    readContext({ GITHUB_REPOSITORY: 'example/identities', ...environment }, { repository }),
    {
      environment,
      log: { debug: ignore, info: ignore, warning: ignore },
      workspace: '/workspace',
      temp: '/temp',
      home: '/home',
      bundle: '/bundle',
      node: '/node',
    },
  )
}

describe('who may see what', () => {
  const inWorkspace = { 'output-directory': './store' }
  it.each([
    [{ visibility: 'private', private: true }, true],
    [{ visibility: 'internal', private: true }, false],
    [{ visibility: 'public', private: false }, false],
    [{ visibility: 'something new', private: true }, false],
    [{}, false],
  ])('of the repository %j: names by default and no exposure: %j', (repository, isPrivate) => {
    expect(edgesOf(repository).showsNames).toBe(isPrivate)
    expect(edgesOf(repository, inWorkspace).exposure === undefined).toBe(isPrivate)
    expect(edgesOf(repository, { detail: 'full' }).showsNames).toBe(true)
    expect(edgesOf(repository, { detail: 'counts' }).showsNames).toBe(false)
  })

  it('a snapshot outside of the workspace is exposed to nobody', () => {
    expect(edgesOf({ visibility: 'public' }).exposure).toBeUndefined()
    expect(
      edgesOf({ visibility: 'public' }, { 'output-directory': '/workspaces/x' }).exposure,
    ).toBeUndefined()
  })
})

it('each step of a job, and each account, has a directory of its own for its report', () => {
  const directories = [
    edgesOf({}, {}, { GITHUB_ACTION: 'someone_sync' }),
    edgesOf({}, {}, { GITHUB_ACTION: 'someone_sync_2' }),
    edgesOf({}, { 'aws-account-id': '444455556666' }, { GITHUB_ACTION: 'someone_sync' }),
  ].map(({ reportDirectory }) => reportDirectory)
  expect(new Set(directories).size).toBe(3)
  for (const directory of directories) expect(directory).toMatch(/^\/temp\/aws-organization-sync\/[\w-]+$/)
})
