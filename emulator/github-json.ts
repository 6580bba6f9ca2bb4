import { hashOf } from './git-objects.ts'
import type { Commit } from './git-objects.ts'
import type { Comment, Issue, Pull, RepositoryState, Run, StoredArtifact } from './github-repository.ts'

// The objects of the REST API with every member that GitHub's description of it requires; `base` is the address of the
// repository in the API. What nobody reads is the same everywhere.

export function repositoryJson(state: RepositoryState, base: string) {
  return {
    ...Object.fromEntries(REPOSITORY_URLS.map((name) => [`${name}_url`, `${base}/${name}`])),
    id: state.id,
    node_id: `R_${state.id}`,
    name: state.name,
    full_name: `${state.owner}/${state.name}`,
    owner: userJson(state.owner),
    private: state.visibility !== 'public',
    visibility: state.visibility,
    html_url: base,
    url: base,
    description: null,
    fork: false,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: state.defaultBranch,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    open_issues_count: 0,
    forks: 0,
    open_issues: 0,
    watchers: 0,
    network_count: 0,
    subscribers_count: 0,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    pushed_at: THEN,
    created_at: THEN,
    updated_at: THEN,
  }
}

export function commitJson(sha: string, commit: Commit, base: string) {
  const person = { date: THEN, name: 'author', email: 'author@example.com' }
  const url = `${base}/git/commits/${sha}`
  return {
    sha,
    node_id: `C_${sha}`,
    url,
    html_url: url,
    author: person,
    committer: person,
    message: 'x',
    tree: { sha: commit.tree, url: `${base}/git/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${base}/git/commits/${parent}`,
      html_url: `${base}/git/commits/${parent}`,
    })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  }
}

export function treeJson(
  state: RepositoryState,
  sha: string,
  base: string,
  recursive: boolean,
  prefix = '',
): unknown[] {
  return [...(state.trees.get(sha) ?? [])].flatMap(([name, entry]) => {
    const size = state.blobs.get(entry.sha)?.length
    const own = {
      path: prefix + name,
      ...entry,
      ...(size === undefined ? {} : { size }),
      url: `${base}/git/${entry.type}s/${entry.sha}`,
    }
    return entry.type === 'tree' && recursive
      ? [own, ...treeJson(state, entry.sha, base, true, `${prefix}${name}/`)]
      : [own]
  })
}

export function pullJson(state: RepositoryState, pull: Pull, base: string) {
  const url = `${base}/pulls/${pull.number}`
  const issue = `${base}/issues/${pull.number}`
  const side = (sha: string, of: RepositoryState | undefined, ref: string) => ({
    label: `${(of ?? state).owner}:${ref}`,
    ref,
    sha,
    user: userJson((of ?? state).owner),
    repo: of === undefined ? null : repositoryJson(of, base),
  })
  const link = (href: string) => ({ href })
  return {
    url,
    id: pull.number,
    node_id: `PR_${pull.number}`,
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${base}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${base}/statuses/${pull.head}`,
    number: pull.number,
    state: 'open' as const,
    locked: state.locked.has(pull.number),
    title: 'x',
    user: userJson(pull.login),
    body: null,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: THEN,
    updated_at: THEN,
    closed_at: null,
    merged_at: null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.headRepository, 'topic'),
    base: side(pull.base, state, state.defaultBranch),
    _links: {
      self: link(url),
      html: link(url),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${base}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(`${base}/statuses/${pull.head}`),
    },
    author_association: 'NONE' as const,
    auto_merge: null,
    draft: false,
    merged: false,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  }
}

export function commentJson({ id, issue, login, body }: Comment, base: string) {
  const url = `${base}/issues/comments/${id}`
  return {
    id,
    node_id: `IC_${id}`,
    url,
    html_url: `${base}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${base}/issues/${issue}`,
    user: userJson(login),
    created_at: THEN,
    updated_at: THEN,
    author_association: 'NONE' as const,
    body,
    performed_via_github_app: null,
  }
}

/** What a client needs of an issue that somebody has opened over the API. */
export function issueJson({ number, title, body, labels }: Issue, base: string) {
  return {
    id: number,
    node_id: `I_${number}`,
    number,
    title,
    body,
    state: 'open' as const,
    labels: labels.map((name) => ({ name })),
    user: userJson('github-actions[bot]'),
    url: `${base}/issues/${number}`,
    html_url: `${base}/issues/${number}`,
    created_at: THEN,
    updated_at: THEN,
  }
}

export function runJson(state: RepositoryState, run: Run, base: string, api: string) {
  const url = `${base}/actions/runs/${run.id}`
  const head = run.headRepository
  return {
    id: run.id,
    name: 'sync',
    node_id: `R_${run.id}`,
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.workflow,
    display_title: 'sync',
    run_number: 1,
    run_attempt: 1,
    event: run.event,
    status: run.conclusion === null ? 'in_progress' : 'completed',
    conclusion: run.conclusion,
    workflow_id: 1,
    url,
    html_url: url,
    pull_requests: [],
    created_at: THEN,
    updated_at: THEN,
    run_started_at: THEN,
    actor: userJson('author'),
    triggering_actor: userJson('author'),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${url}/suite`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${base}/actions/workflows/1`,
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: 'x',
      timestamp: THEN,
      author: { name: 'author', email: 'author@example.com' },
      committer: { name: 'author', email: 'author@example.com' },
    },
    repository: repositoryJson(state, base),
    head_repository: head === null ? null : repositoryJson(head, `${api}/repos/${head.owner}/${head.name}`),
  }
}

export function artifactJson(
  state: RepositoryState,
  { id, name, run, zip, expired, digest }: StoredArtifact,
  base: string,
) {
  const of = state.runs.get(run)
  const url = `${base}/actions/artifacts/${id}`
  const workflow_run = of && {
    id: run,
    repository_id: state.id,
    ...(of.headRepository ? { head_repository_id: of.headRepository.id } : {}),
    head_branch: of.branch,
    head_sha: of.sha,
  }
  return {
    id,
    node_id: `A_${id}`,
    name,
    size_in_bytes: zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    digest,
    created_at: THEN,
    updated_at: THEN,
    expires_at: THEN,
    workflow_run: workflow_run ?? null,
  }
}

export function userJson(login: string) {
  const url = `https://github.example.com/users/${encodeURIComponent(login)}`
  return {
    ...Object.fromEntries(USER_URLS.map((name) => [`${name}_url`, `${url}/${name}`])),
    login,
    id: Number.parseInt(hashOf('user', Buffer.from(login)).slice(0, 7), 16),
    node_id: `U_${login}`,
    gravatar_id: '',
    url,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  }
}

/** No time is measured: every object is as old as every other. */
const THEN = '2026-01-01T00:00:00Z'

const REPOSITORY_URLS = [
  'archive',
  'assignees',
  'blobs',
  'branches',
  'collaborators',
  'comments',
  'commits',
  'compare',
  'contents',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'git_commits',
  'git_refs',
  'git_tags',
  'hooks',
  'issue_comment',
  'issue_events',
  'issues',
  'keys',
  'labels',
  'languages',
  'merges',
  'milestones',
  'notifications',
  'pulls',
  'releases',
  'stargazers',
  'statuses',
  'subscribers',
  'subscription',
  'tags',
  'teams',
  'trees',
  'clone',
  'git',
  'ssh',
  'svn',
]

const USER_URLS = [
  'avatar',
  'html',
  'followers',
  'following',
  'gists',
  'starred',
  'subscriptions',
  'organizations',
  'repos',
  'events',
  'received_events',
]
