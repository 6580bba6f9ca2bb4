import { UserError, messageOf } from '../errors.ts'
import type { ActionSettings } from '../settings.ts'
import { explain, isRateLimit, statusOf, type GitHubClient, type IssueComment } from './client.ts'
import { readOnlyOrigin, type GitHubContext } from './context.ts'

export interface CommentRequest {
  /** From `commentMarker`. */
  marker: string
  hasChanges: boolean
  /** The whole text, at most 65,536 characters, with the marker in it. */
  body: string
  /** The text for a comment that is there: it may have told of changes which have gone. With changes the same as `body`. */
  bodyWhenGone: string
}

export interface CommentResult {
  url?: string
  /** A sentence for one warning annotation. */
  warning?: string
}

/** The invisible line by which a comment of this account, store and kind of source is found again. */
export function commentMarker(account: string, identityStoreId: string, source: 'aws' | 'directory'): string {
  const key = [account, identityStoreId, source].map(encodeURIComponent).join(' ')
  return `<!-- aws-organization-sync ${key} -->`
}

/**
 * Brings the one comment of this marker up to date: edited where its text differs, created where the input asks for it and
 * the token has none yet. Only comments that the token itself wrote are looked at. Never throws for what GitHub answers:
 * a comment that cannot be written is a warning, and the run goes on.
 */
export async function reconcileComment(
  request: CommentRequest,
  { comment, pullRequest }: Pick<ActionSettings, 'comment' | 'pullRequest'>,
  context: GitHubContext,
  client: () => Promise<GitHubClient>,
): Promise<CommentResult> {
  const number = pullRequest ?? context.pullRequest?.number
  if (comment === 'never' || number === undefined) return {}
  if (!request.body.includes(request.marker)) throw new Error('the body of a comment must hold its marker')

  const origin = readOnlyOrigin(context)
  if (origin !== undefined) {
    const warning = `No comment was written on pull request ${number}: it comes from ${origin}, and GitHub does not grant such runs "pull-requests: write". The job summary has the report.`
    return { warning }
  }
  try {
    return await reconcile(request, comment, number, await client())
  } catch (thrown) {
    return { warning: failureSentence(number, thrown) }
  }
}

async function reconcile(
  request: CommentRequest,
  comment: 'on-change' | 'always',
  number: number,
  client: GitHubClient,
): Promise<CommentResult> {
  const author = await authorOf(client)
  const existing = await findComment(request.marker, author, number, client)
  if (existing !== undefined) return update(existing, request, client)
  if (comment === 'on-change' && !request.hasChanges) return {}
  try {
    return await client.createComment(number, request.body)
  } catch (thrown) {
    if ((statusOf(thrown) ?? 0) < 500) throw thrown
    // The answer was lost, but the comment may have been written: look before writing once more.
    const written = await findComment(request.marker, author, number, client)
    return written === undefined
      ? client.createComment(number, request.body)
      : update(written, request, client)
  }
}

async function update(
  existing: IssueComment,
  { body, bodyWhenGone }: CommentRequest,
  client: GitHubClient,
): Promise<CommentResult> {
  const text = normalized(existing.body ?? '')
  const fits = [body, bodyWhenGone].some((one) => normalized(one) === text)
  return fits ? { url: existing.html_url } : client.updateComment(existing.id, bodyWhenGone)
}

/**
 * GitHub may hand a text back with other line ends, or without the space around it. That another run says the same is no
 * reason to edit.
 */
function normalized(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/\/actions\/runs\/\d+/g, '')
    .trim()
}

/** Where the token may not ask GraphQL who it is, it is the workflow's own. An outage must not guess: two comments came of it. */
async function authorOf(client: GitHubClient): Promise<string> {
  try {
    return await client.viewer()
  } catch (thrown) {
    if (isRateLimit(thrown) || (statusOf(thrown) ?? 0) >= 500) throw thrown
    return 'github-actions[bot]'
  }
}

/** The oldest of the token's own comments that holds the marker; all pages are read. */
async function findComment(
  marker: string,
  author: string,
  number: number,
  client: GitHubClient,
): Promise<IssueComment | undefined> {
  for await (const comment of client.comments(number))
    if (comment.user?.login === author && comment.body?.includes(marker)) return comment
  return undefined
}

/** @throws what GitHub did not answer */
function failureSentence(number: number, thrown: unknown): string {
  const what = `The comment on pull request ${number} could not be written`
  if (thrown instanceof UserError) return `${what}: ${thrown.message}`
  const failure = explain(thrown, what, 'pull-requests: write')
  if (!(failure instanceof UserError)) throw failure
  const isLocked = /\block(ed)?\b/i.test(messageOf(thrown))
  return `${isLocked ? `${what}: its conversation is locked.` : failure.message} The job summary has the report.`
}
