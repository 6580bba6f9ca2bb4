import { createHash } from 'node:crypto'
import { hashOf, writeTree } from './git-objects.ts'
import type { FileContent, GitObjects } from './git-objects.ts'

export interface RepositoryOptions {
  owner: string
  name: string
  visibility?: 'public' | 'private' | 'internal'
  defaultBranch?: string
}

/** A repository in the hands of a test: what people and runs do to it. */
export interface Repository {
  id: number
  fullName: string
  /** Commits a whole tree: path to content. Moves the branch, where one is named. `id`: the one that a real git gave. */
  commit(options: {
    files: Record<string, FileContent>
    parents?: string[]
    branch?: string
    id?: string
  }): string
  /** Puts a tag on a commit. GitHub names it as the `head_branch` of a run that its push starts. */
  tag(name: string, sha: string): void
  createPull(options: {
    base: string
    head: string
    number?: number
    login?: string
    headRepository?: Repository
  }): number
  /** Somebody writes a comment. */
  comment(issue: number, login: string, body: string): number
  /** Opened over the API, in their order. */
  issues(): Issue[]
  comments(issue: number): { id: number; login: string; body: string; edits: number }[]
  lock(issue: number): void
  createRun(options?: RunOptions): number
  /** Puts an artifact there, as an upload would. */
  addArtifact(options: {
    name: string
    run: number
    zip: Uint8Array
    expired?: boolean
    digest?: string | null
  }): number
  artifacts(): { id: number; name: string; run: number; zip: Uint8Array }[]
}

/** Where not said, a schedule on the newest commit of the default branch. */
export interface RunOptions {
  workflow?: string
  event?: string
  branch?: string
  sha?: string
  conclusion?: string | null
  headRepository?: Repository | null
}

export interface Issue {
  number: number
  title: string
  body: string
  labels: string[]
}

export interface Comment {
  id: number
  issue: number
  login: string
  body: string
  edits: number
}

export interface Pull {
  number: number
  base: string
  head: string
  login: string
  headRepository: RepositoryState | undefined
}

export interface Run extends Required<Omit<RunOptions, 'headRepository'>> {
  id: number
  headRepository: RepositoryState | null
}

export interface StoredArtifact {
  id: number
  name: string
  run: number
  zip: Uint8Array
  expired: boolean
  digest: string | null
}

/** What the API answers from. */
export interface RepositoryState extends Required<RepositoryOptions>, GitObjects {
  id: number
  branches: Map<string, string>
  tags: Map<string, string>
  pulls: Map<number, Pull>
  comments: Comment[]
  issues: Issue[]
  locked: Set<number>
  runs: Map<number, Run>
  artifacts: StoredArtifact[]
}

/**
 * A repository without commits, which the API knows from now on by `owner/name`.
 *
 * @param repositories where the API looks for it, and where the repository of a fork's branch is looked for
 * @param nextId ids are unique on a whole GitHub
 */
export function createRepository(
  { owner, name, visibility = 'private', defaultBranch = 'main' }: RepositoryOptions,
  repositories: Map<string, RepositoryState>,
  nextId: () => number,
): Repository {
  const stateOf = (repository: Repository | null | undefined): RepositoryState | undefined =>
    repository === null || repository === undefined ? undefined : repositories.get(repository.fullName)
  const state: RepositoryState = {
    id: nextId(),
    owner,
    name,
    visibility,
    defaultBranch,
    blobs: new Map(),
    trees: new Map(),
    commits: new Map(),
    branches: new Map(),
    tags: new Map(),
    pulls: new Map(),
    comments: [],
    issues: [],
    locked: new Set(),
    runs: new Map(),
    artifacts: [],
  }
  repositories.set(`${owner}/${name}`, state)
  const commit: Repository['commit'] = ({ files, parents = [], branch, id: given }) => {
    const tree = writeTree(state, Object.entries(files))
    const text = `tree ${tree}\n${parents.map((one) => `parent ${one}\n`).join('')}author a <a@example.com> ${state.commits.size} +0000\n\nx`
    const sha = given ?? hashOf('commit', Buffer.from(text))
    state.commits.set(sha, { tree, parents })
    if (branch !== undefined) state.branches.set(branch, sha)
    return sha
  }
  return {
    id: state.id,
    fullName: `${owner}/${name}`,
    commit,
    tag: (tagName, sha) => void state.tags.set(tagName, sha),
    createPull({ base, head, number = state.pulls.size + 1, login = 'contributor', headRepository }) {
      state.pulls.set(number, {
        number,
        base,
        head,
        login,
        headRepository: stateOf(headRepository) ?? state,
      })
      return number
    },
    comment(issue, login, body) {
      const comment = { id: nextId(), issue, login, body, edits: 0 }
      state.comments.push(comment)
      return comment.id
    },
    issues: () => state.issues.map((issue) => ({ ...issue })),
    comments: (issue) =>
      state.comments.filter((comment) => comment.issue === issue).map((comment) => ({ ...comment })),
    lock: (issue) => void state.locked.add(issue),
    createRun(options = {}) {
      const {
        workflow = '.github/workflows/sync.yml',
        event = 'schedule',
        branch = defaultBranch,
        sha = state.branches.get(defaultBranch) ?? commit({ files: {}, branch: defaultBranch }),
        conclusion = 'success',
      } = options
      const headRepository =
        options.headRepository === null ? null : (stateOf(options.headRepository) ?? state)
      const run = { id: nextId(), workflow, event, branch, sha, conclusion, headRepository }
      state.runs.set(run.id, run)
      return run.id
    },
    addArtifact({
      name: artifactName,
      run,
      zip,
      expired = false,
      digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`,
    }) {
      const artifact = { id: nextId(), name: artifactName, run, zip, expired, digest }
      state.artifacts.push(artifact)
      return artifact.id
    },
    artifacts: () => state.artifacts.map((artifact) => ({ ...artifact })),
  }
}
