import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { UserError } from './errors.ts'
import { refuseLinks, verifyPlace } from './files.ts'
import type { GitHubClient } from './github/client.ts'
import type { GitHubContext } from './github/context.ts'
import { realTime } from './identity-center/time.ts'
import type { Log } from './log.ts'
import { ACCESS_FILE, SNAPSHOT_FILES } from './snapshot/model.ts'
import type { ActionSettings, Environment } from './settings.ts'
import { openAws, openDirectory } from './source.ts'
import type { Edges } from './sync.ts'
import { VERSION } from './version.ts'

/** The process that a run lives in; all paths are absolute. */
export interface Surroundings {
  environment: Environment
  log: Log
  /** Where relative paths start: the workspace, or the working directory outside of GitHub Actions. */
  workspace: string
  /** The runner's temp directory. */
  temp: string
  home: string
  /** The directory of the bundle, which holds `connector/`. */
  bundle: string
  /** The Node executable that runs this. */
  node: string
}

/** The edges of a run on GitHub Actions. Each module is loaded when it is first used, so that the first call leaves early. */
export function buildEdges(
  settings: ActionSettings,
  context: GitHubContext,
  { environment, log, workspace, temp, home, bundle, node }: Surroundings,
): Edges {
  const roots = [workspace, temp]
  const { source, account } = settings
  const outputDirectory =
    source === 'aws'
      ? resolve(workspace, settings.outputDirectory ?? join(temp, 'identity-store', account))
      : resolve(workspace, source.path)
  const step = environment['GITHUB_ACTION'] ?? 'run'
  const client = async (): Promise<GitHubClient> => {
    if (settings.githubToken === '')
      throw new UserError(
        'parameters',
        'github-token is empty, and the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.',
      )
    const { createClient } = await import('./github/client.ts')
    const { apiUrl, owner, repository } = context
    return createClient({ apiUrl, owner, repository, token: settings.githubToken })
  }
  const isExposed =
    context.visibility !== 'private' && `${outputDirectory}${sep}`.startsWith(`${workspace}${sep}`)
  return {
    log,
    signal: new AbortController().signal,
    outputDirectory,
    roots,
    exposure: isExposed
      ? 'The snapshot, which holds names and e-mail addresses, is written into the workspace of a repository that is not private. Take care that no later step commits or uploads it.'
      : undefined,
    reportDirectory: join(temp, 'aws-organization-sync', `${account}-${step.replace(/[^\w-]/g, '_')}`),
    guide: `${context.docsUrl}/baseline-and-guard.md`,
    showsNames: settings.detail === 'auto' ? context.visibility === 'private' : settings.detail === 'full',
    async openSource(signal) {
      if (source !== 'aws') {
        refuseLinks(outputDirectory, roots)
        return openDirectory(outputDirectory, account)
      }
      await namingInput(() => verifyPlace(outputDirectory, filesOf(settings.access === 'accounts'), roots))
      return openAws(settings, { environment, log, time: realTime, signal })
    },
    async findBaseline() {
      const { findBaseline } = await import('./github/baseline.ts')
      const [{ createGit }, { directoryFiles }] = await Promise.all([
        import('./github/git.ts'),
        import('./snapshot/read.ts'),
      ])
      return findBaseline(settings, {
        context,
        client,
        openDirectory(path) {
          refuseLinks(resolve(path), roots)
          return directoryFiles(path)
        },
        git: createGit(environment),
      })
    },
    existingSnapshot: (directory) => Promise.resolve(existsSync(join(directory, 'manifest.json'))),
    async writeSnapshot({ identities, access }, description, signal) {
      const { writeSnapshot } = await import('./snapshot/write.ts')
      return namingInput(() =>
        writeSnapshot({ directory: outputDirectory, roots, identities, access, description, signal }),
      )
    },
    async uploadArtifact(kind, directory, hasAccess) {
      const { uploadSnapshot } = await import('./github/artifact.ts')
      const { uploadArtifact: mode, artifactName: name, artifactRetentionDays: retentionDays } = settings
      // An upload is several calls: five minutes where a call may take two.
      const deadline = 2.5 * settings.deadlineMs
      return uploadSnapshot(
        { mode, source: kind, name, retentionDays, directory, files: filesOf(hasAccess) },
        context,
        deadline,
      )
    },
    async comment(request) {
      const { reconcileComment } = await import('./github/comment.ts')
      const { comment: mode, pullRequest } = settings
      return reconcileComment({ ...request, mode, pullRequest }, context, client)
    },
    async installConnector() {
      if (settings.raitoConnector === 'none') return undefined
      const { installConnector } = await import('./raito/install.ts')
      return installConnector({
        kind: settings.raitoConnector,
        home,
        bundleDirectory: join(bundle, 'connector'),
        node,
        version: VERSION,
      })
    },
  }
}

function filesOf(hasAccess: boolean): readonly string[] {
  return hasAccess ? [...SNAPSHOT_FILES, ACCESS_FILE] : SNAPSHOT_FILES
}

/** What is wrong with the place of the snapshot is told with the input that names it. */
async function namingInput<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.kind, `output-directory: ${error.message}`, { cause: error.cause })
  }
}
