import { describe, expect, it } from '@jest/globals'
import { isPullRequestEvent, readContext, readOnlyOrigin } from '../../src/github/context.ts'

const env = {
  GITHUB_REPOSITORY: 'example/identities',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '17',
  GITHUB_WORKFLOW_REF: 'example/identities/.github/workflows/sync.yml@refs/heads/main',
  GITHUB_WORKSPACE: '/workspace',
  RUNNER_TEMP: '/temp',
}
const repository = {
  visibility: 'private',
  private: true,
  default_branch: 'trunk',
  full_name: 'example/identities',
}
const own = { id: 1, full_name: 'example/identities' }
const fork = { id: 2, full_name: 'other/identities' }

function pull(head: unknown, login = 'contributor') {
  const pull_request = {
    number: 5,
    base: { sha: 'b', repo: own },
    head: { sha: 'c', repo: head },
    user: { login },
  }
  return { repository, pull_request }
}

describe('readContext', () => {
  it('reads a push', () => {
    expect(readContext(env, { repository })).toEqual({
      isActions: false,
      owner: 'example',
      repository: 'identities',
      visibility: 'private',
      defaultBranch: 'trunk',
      eventName: 'push',
      sha: 'a'.repeat(40),
      ref: 'refs/heads/main',
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      isEnterpriseServer: false,
      runId: '17',
      runUrl: 'https://github.com/example/identities/actions/runs/17',
      workflowFile: '.github/workflows/sync.yml',
      workspace: '/workspace',
      temp: '/temp',
      pullRequest: undefined,
      mergeGroupBaseSha: undefined,
      docsUrl: 'https://github.com/example/identities/blob/HEAD/docs',
    })
  })

  it('knows GitHub by GITHUB_ACTIONS, and where the pages of the action are', () => {
    const more = { GITHUB_ACTIONS: 'true', GITHUB_ACTION_REPOSITORY: 'someone/sync', GITHUB_ACTION_REF: 'v1' }
    const enterprise = { ...more, GITHUB_SERVER_URL: 'https://github.example.com/' }
    expect(readContext({ ...env, ...enterprise }, {})).toMatchObject({
      isActions: true,
      docsUrl: 'https://github.example.com/someone/sync/blob/v1/docs',
    })
  })

  it.each([
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { pull_request: null, repository: [] },
    { pull_request: { number: '5' } },
    { pull_request: { number: 0 } },
  ])('takes an event of %j without an error', (event) => {
    const context = readContext({}, event)
    expect(context).toMatchObject({
      owner: '',
      visibility: undefined,
      pullRequest: undefined,
      workflowFile: undefined,
    })
  })

  it.each([
    [{ visibility: 'internal', private: true }, 'internal'],
    [{ visibility: 'public' }, 'public'],
    [{ private: true }, undefined],
    [{ private: false }, 'public'],
    [{ visibility: 'secret', private: true }, undefined],
    [{ visibility: 'secret', private: false }, undefined],
    [{}, undefined],
  ])('reads the visibility of %j as %s', (part, visibility) => {
    expect(readContext(env, { repository: part }).visibility).toBe(visibility)
  })

  it.each([
    ['https://github.com', false],
    ['https://example.ghe.com', false],
    ['http://github.localhost:3000', false],
    ['https://github.example.com', true],
    ['https://notgithub.com', true],
    ['nonsense', true],
  ])('sees whether %s is an Enterprise Server', (url, expected) => {
    expect(readContext({ ...env, GITHUB_SERVER_URL: url }, {}).isEnterpriseServer).toBe(expected)
  })

  it.each([
    ['o/r/.github/workflows/a.yml@refs/heads/x@y', '.github/workflows/a.yml'],
    ['o/r/.github/workflows/a.yml@refs/heads/x@refs/y', '.github/workflows/a.yml'],
    ['o/r/.github/workflows/a@b.yml@refs/tags/v1', '.github/workflows/a@b.yml'],
    ['o/r/.github/workflows/a.yml@0123', '.github/workflows/a.yml'],
    ['o/r/.github/workflows/a.yml@b.yml@0123', '.github/workflows/a.yml@b.yml'],
    ['nonsense', undefined],
  ])('reads the workflow file from %s', (value, expected) => {
    expect(readContext({ ...env, GITHUB_WORKFLOW_REF: value }, {}).workflowFile).toBe(expected)
  })

  it('knows a pull request from a merge ref', () => {
    const context = readContext(
      { ...env, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/5/merge' },
      pull(own),
    )
    expect(context.pullRequest).toEqual({
      number: 5,
      baseSha: 'b',
      headSha: 'c',
      fromFork: false,
      isDependabot: false,
      isMergeRef: true,
    })
    expect(isPullRequestEvent(context)).toBe(true)
  })

  it('reads merge groups and single pull requests of workflow runs', () => {
    expect(readContext(env, { merge_group: { base_sha: 'b' } }).mergeGroupBaseSha).toBe('b')
    const one = { number: 5, base: { sha: 'b', repo: { id: 1 } }, head: { sha: 'c', repo: { id: 1 } } }
    expect(readContext(env, { workflow_run: { pull_requests: [one] } }).pullRequest).toMatchObject({
      number: 5,
      fromFork: false,
    })
    expect(readContext(env, { workflow_run: { pull_requests: [one, one] } }).pullRequest).toBeUndefined()
  })

  it.each([
    ['pull_request', pull(own), 'someone', undefined],
    ['pull_request', pull(fork), 'someone', 'a fork'],
    ['pull_request', pull(null), 'someone', 'a fork'],
    ['pull_request', pull(own), 'dependabot[bot]', 'Dependabot'],
    ['pull_request', pull(own, 'dependabot[bot]'), 'someone', 'Dependabot'],
    ['pull_request_review', pull(fork), 'someone', 'a fork'],
    ['pull_request_target', pull(fork), 'someone', undefined],
    ['push', {}, 'someone', undefined],
  ])('says for %s who is read-only', (name, event, actor, origin) => {
    expect(readOnlyOrigin(readContext({ ...env, GITHUB_EVENT_NAME: name, GITHUB_ACTOR: actor }, event))).toBe(
      origin,
    )
  })
})
