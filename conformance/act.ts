import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual as isSame } from 'node:util'
import { parse } from 'yaml'
import { fillAccess } from '../emulator/access.ts'
import { credentials } from '../emulator/credentials.ts'
import { startGitHub } from '../emulator/github.ts'
import type { GitHub } from '../emulator/github.ts'
import type { TokenOptions } from '../emulator/github-api.ts'
import type { Repository } from '../emulator/github-repository.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import type { IdentityCenter } from '../emulator/identity-center.ts'
import { close, listen } from '../emulator/loopback.ts'
import {
  ACCOUNT,
  addMembership,
  addUser,
  createOrganization,
  groupsOf,
  membershipsOf,
  newId,
  removeUser,
  usersOf,
  type Organization,
} from '../emulator/organization.ts'
import { fromRoot } from '../emulator/runner.ts'
import { workflowsIn } from '../scripts/workflow-files.mjs'
import { commit, createRepository, runAct } from './act-runner.ts'
import type { ActOptions, ActRun } from './act-runner.ts'
import { installFromGo } from './install.ts'
import type { Check, Conformance } from './peer.ts'
import { readSnapshot } from './snapshots.ts'

const SECOND_ACCOUNT = '444455556666'
const VERSION = '0.2.89'

/** Real workflows on act, which is a runner that others wrote: one of our own, then every example. */
export async function runActConformance({ check, dist }: Conformance): Promise<void> {
  const folder = await installFromGo(`act-${VERSION}`, `github.com/nektos/act@v${VERSION}`)
  const action = mkdtempSync(join(tmpdir(), 'action-'))
  cpSync(fromRoot('action.yml'), join(action, 'action.yml'))
  cpSync(dist, join(action, 'dist'), { recursive: true })
  const parts = { act: join(folder, 'act'), dist, action }

  await inWorld(parts, (world) => runSelf(world, check))
  for (const name of workflowsIn('examples')) {
    const run = examples[name]
    check(`${name}: there is a run for this example`, run !== undefined)
    await inWorld(parts, async (world) => {
      await run?.(world, (what, ...rest) => check(`${name}: ${what}`, ...rest))
    })
  }
}

/** What each workflow finds on loopback; its own, so that one leaves nothing to the next. */
interface World {
  act: string
  dist: string
  /** action.yml and the bundles, as somebody else's repository would fetch them. */
  action: string
  github: GitHub
  aws: IdentityCenter
  /** Of SECOND_ACCOUNT. */
  otherAws: IdentityCenter
  oidc: string
}

async function inWorld(
  parts: Pick<World, 'act' | 'dist' | 'action'>,
  act: (world: World) => Promise<void>,
): Promise<void> {
  const peers = await Promise.all([
    startGitHub(),
    startOidc(),
    startIdentityCenter(
      createOrganization({ users: 60, groups: 12, memberships: 150, complete: true, account: ACCOUNT }),
    ),
    startIdentityCenter(
      createOrganization({
        seed: 2,
        users: 25,
        groups: 5,
        memberships: 40,
        account: SECOND_ACCOUNT,
        region: 'us-east-1',
      }),
    ),
  ])
  const [github, oidc, aws, otherAws] = peers
  try {
    await act({ ...parts, github, aws, otherAws, oidc: oidc.url })
  } finally {
    await Promise.all(peers.map((peer) => peer.close()))
  }
}

/** The service that gives a job its identity token. */
async function startOidc(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((_, response) => response.end(JSON.stringify({ value: 'identity-token' })))
  return { url: `${await listen(server)}/oidc?v=1`, close: () => close(server) }
}

/** A workflow in a repository of its own. */
interface Stage {
  repository: Repository
  folder: string
  run(trigger: Trigger): Promise<ActRun & { id: number }>
}

interface Trigger {
  event: string
  payload?: object
  /** What the steps find in HOME: path to content. */
  home?: Record<string, string>
}

/** Puts the workflow file and what stands beside it into a new private repository. */
function createStage(world: World, source: string, files: Record<string, string | Uint8Array> = {}): Stage {
  const text = readFileSync(source, 'utf8')
  const workflow = `.github/workflows/${basename(source)}`
  const name = 'identities'
  const repository = world.github.createRepository({ owner: 'octo-org', name })
  const folder = join(mkdtempSync(join(tmpdir(), 'repository-')), name)
  createRepository(folder, { ...files, [workflow]: text })
  const permissions = permissionsOf(text)
  const token = world.github.createToken({ permissions: tokenPermissions(permissions) })
  return {
    repository,
    folder,
    async run({ event, payload = {}, home = {} }) {
      const id = repository.createRun({ workflow, event })
      const options: ActOptions = {
        act: world.act,
        repository: folder,
        workflow,
        event,
        home,
        payload: {
          repository: {
            id: repository.id,
            name,
            full_name: repository.fullName,
            owner: { login: 'octo-org' },
            private: true,
            visibility: 'private',
            default_branch: 'main',
          },
          ...payload,
        },
        env: {
          GITHUB_API_URL: world.github.url,
          GITHUB_REPOSITORY: repository.fullName,
          GITHUB_RUN_ID: String(id),
          GITHUB_WORKFLOW_REF: `${repository.fullName}/${workflow}@refs/heads/main`,
          CONFORMANCE_AWS: JSON.stringify({ [ACCOUNT]: world.aws.url, [SECOND_ACCOUNT]: world.otherAws.url }),
          // act gives every job an identity token's place only where it is told to
          ...(permissions['id-token'] === 'write'
            ? { ACTIONS_ID_TOKEN_REQUEST_URL: world.oidc, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' }
            : {}),
        },
        secrets: {
          GITHUB_TOKEN: token,
          RAITO_API_SECRET: 'a-secret-of-raito',
          SLACK_WEBHOOK_URL: 'https://hooks.slack.example/services/T0/B0/x',
        },
        variables: {
          RAITO_DOMAIN: 'example',
          RAITO_API_USER: 'sync@example.com',
          RAITO_IDENTITY_STORE_ID: 'identity-store-of-raito',
        },
        actions: actionsOf(text, world.action),
      }
      return { id, ...(await runAct(options)) }
    },
  }
}

/** Of all jobs together: act has one token a run. */
function permissionsOf(workflow: string): Record<string, string> {
  // GitHub's schema of workflows, which npm run check holds the examples to.
  const { jobs } = parse(workflow) as { jobs: Record<string, { permissions?: Record<string, string> }> }
  return Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions ?? {})) as Record<
    string,
    string
  >
}

/** The workflow's own permissions and no more: so the examples prove that they are enough. */
function tokenPermissions(permissions: Record<string, string>): NonNullable<TokenOptions['permissions']> {
  const known = {
    contents: 'contents',
    actions: 'actions',
    issues: 'issues',
    'pull-requests': 'pull_requests',
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, own]) =>
      permissions[name] === undefined ? [] : [[own, permissions[name]]],
    ),
  )
}

/** Where act finds each action of a workflow: ours in its export, others among the stand-ins; act itself plays checkout. */
function actionsOf(workflow: string, action: string): Record<string, string> {
  const used = [...workflow.matchAll(/uses: ([\w.-]+\/[\w.-]+)@(\S+)/g)]
  return Object.fromEntries(
    used.flatMap(([, name = '', ref = '']) => {
      if (name === 'actions/checkout') return []
      const own = basename(name)
      return [
        [
          `${name}@${ref}`,
          own === 'aws-organization-sync' ? action : fromRoot(`conformance/stand-ins/${own}`),
        ],
      ]
    }),
  )
}

async function runSelf(world: World, check: Check): Promise<void> {
  const files = filesBelow(world.action)
  const stage = createStage(world, fromRoot('conformance/workflows/self.yml'), files)
  const result = await stage.run({ event: 'push' })
  const outputs = result.outputs['sync'] ?? {}
  check('the action of this repository runs on act to its end', isSuccess(result), result.log)
  check('its outputs are there', isSame([outputs['users'], outputs['groups']], ['60', '12']), result.log)
  check('a later step reads the files', result.outputs['later']?.['lines'] === '60', result.log)
  check(
    'the job summary names the counts',
    result.summaries.some((text) => text.includes('60')),
    result.summaries.join('\n'),
  )
  const zip = result.artifact(result.id, `identity-store-${ACCOUNT}`)
  check(
    'the artifact service holds exactly the three files',
    isSame(namesIn(zip), SNAPSHOT),
    namesIn(zip).join('\n'),
  )
  check(
    'the outputs name the artifact, and its digest is right',
    outputs['artifact-name'] === `identity-store-${ACCOUNT}` &&
      /^\d+$/.test(outputs['artifact-id'] ?? '') &&
      outputs['artifact-digest'] === sha256(zip),
    JSON.stringify(outputs),
  )
}

const SNAPSHOT = ['groups.json', 'manifest.json', 'users.json']

const examples: Record<string, (world: World, check: Check) => Promise<void>> = {
  async 'step.yml'(world, check) {
    const stage = createStage(world, example('step.yml'))
    const run = await stage.run({ event: 'workflow_dispatch' })
    check('ends well', isSuccess(run), run.log)
    check('the later step finds the files', /60 users are in .*users\.json\./.test(run.log), run.log)
    check('nothing is uploaded', run.artifact(run.id, ARTIFACT) === undefined)
  },

  async 'scheduled-sync.yml'(world, check) {
    const { aws } = world
    const stage = createStage(world, example('scheduled-sync.yml'))
    const first = await stage.run({ event: 'schedule' })
    check(
      'the first run ends well, and warns that removals were not checked',
      isSuccess(first) && first.log.includes('removals were not checked'),
      first.log,
    )
    check('it keeps the three files', isSame(namesIn(keep(stage, first)), SNAPSHOT), first.log)

    const [leaver] = usersOf(aws.organization)
    removeUser(aws.organization, leaver?.UserId ?? '')
    join61(aws)
    const second = await stage.run({ event: 'schedule' })
    const { changed, 'users-added': added, 'users-removed': removed } = outputsOf(second)
    check(
      'the next run is compared with its artifact',
      isSuccess(second) && isSame([changed, added, removed], ['true', '1', '1']),
      second.log,
    )
    check(
      'the summary names the two people',
      isIn(second.summaries, 'user61@example.com') && isIn(second.summaries, leaver?.UserName ?? ''),
      second.summaries.join('\n'),
    )
    keep(stage, second)

    for (const user of usersOf(aws.organization).slice(0, 20)) removeUser(aws.organization, user.UserId)
    const refused = await stage.run({ event: 'schedule' })
    check(
      'the guard fails the run that loses 20 of 60 users',
      refused.code === 1 && isSame(resultsOf(refused), ['failure']) && refused.log.includes('max-removals'),
      refused.log,
    )
    check(
      'and keeps nothing of it, but has its outputs',
      refused.artifact(refused.id, ARTIFACT) === undefined && outputsOf(refused)['users-removed'] === '20',
      refused.log,
    )

    const byHand = await stage.run({
      event: 'workflow_dispatch',
      payload: { inputs: { 'max-removals': '100%' } },
    })
    check(
      'a run by hand with a higher max-removals lets it through',
      isSuccess(byHand) && outputsOf(byHand)['users'] === '40',
      byHand.log,
    )
  },

  async 'scheduled-pull-request.yml'(world, check) {
    const stage = createStage(world, example('scheduled-pull-request.yml'))
    const first = await stage.run({ event: 'schedule' })
    const opened = pullRequestOf(first)
    check(
      'the first run adds the snapshot',
      isSuccess(first) &&
        isSame(
          Object.keys(opened.files),
          SNAPSHOT.map((name) => `identity-store/${name}`),
        ),
      first.log,
    )

    commit(stage.folder, opened.files)
    const same = await stage.run({ event: 'schedule' })
    check(
      'where nothing changed, no byte of the work tree does',
      isSuccess(same) && isSame(pullRequestOf(same).files, {}) && outputsOf(same)['changed'] === 'false',
      same.log,
    )

    join61(world.aws)
    const second = await stage.run({ event: 'schedule' })
    const { files, body } = pullRequestOf(second)
    check(
      'a new user changes users.json and the manifest',
      isSuccess(second) &&
        isSame(Object.keys(files), ['identity-store/manifest.json', 'identity-store/users.json']),
      second.log,
    )
    check(
      'the report is the text of the pull request, and fits it',
      body.includes('user61@example.com') && body.length <= 65_536,
      body,
    )
  },

  async 'pull-request-diff.yml'(world, check) {
    const before = await readSnapshot(world.dist, world.aws.environment, ACCOUNT)
    join61(world.aws)
    const after = await readSnapshot(world.dist, world.aws.environment, ACCOUNT)
    const pull = pullRequestOn(createStage(world, example('pull-request-diff.yml'), before), before, after)
    const { diff, comments } = pull

    const changed = await diff(after)
    check(
      'ends well, without a call to AWS',
      isSuccess(changed) && outputsOf(changed)['users-added'] === '1',
      changed.log,
    )
    check(
      'one comment names who joins',
      comments().length === 1 && comments()[0]?.body.includes('user61@example.com') === true,
      JSON.stringify(comments()),
    )
    const again = await diff({ ...after, 'README.md': 'x' })
    check(
      'the next push leaves the comment as it is',
      isSuccess(again) && comments().length === 1 && comments()[0]?.edits === 0,
      again.log,
    )
    const reverted = await diff({ ...before, 'README.md': 'y' })
    check(
      'it is brought up to date when the change has gone',
      isSuccess(reverted) && comments().length === 1 && comments()[0]?.edits === 1,
      reverted.log,
    )
    const users = 'identity-store/users.json'
    const broken = await diff({ ...after, [users]: (after[users] ?? '').replace('user61@', 'user62@') })
    check(
      'a snapshot that its manifest does not fit fails the check',
      broken.code === 1 && isSame(resultsOf(broken), ['failure']),
      broken.log,
    )
  },

  async 'administrator-approval.yml'(world, check) {
    const { organization, environment } = world.aws
    const access = { access: 'accounts' }
    const newcomer = giveAccess(organization)
    const before = await readSnapshot(world.dist, environment, ACCOUNT, access)
    join61(world.aws)
    const harmless = await readSnapshot(world.dist, environment, ACCOUNT, access)
    newcomer.enter()
    const promoted = await readSnapshot(world.dist, environment, ACCOUNT, access)
    const stage = createStage(world, example('administrator-approval.yml'), before)
    const { diff, comments } = pullRequestOn(stage, before, promoted)

    const asked = await diff(promoted)
    check(
      'a new administrator needs the job that waits for an approval',
      isSuccess(asked) && isSame(jobsOf(asked), ['approval', 'diff', 'merge']),
      asked.log,
    )
    check(
      'the comment says first who becomes an administrator, of what',
      comments()[0]?.body.includes('becomes an administrator') === true &&
        comments()[0]?.body.includes('prod-payments') === true,
      JSON.stringify(comments()),
    )
    const passed = await diff(harmless)
    check(
      'any other change needs none',
      isSuccess(passed) && isSame(jobsOf(passed), ['diff', 'merge']),
      passed.log,
    )
    const unknown = await diff(await readSnapshot(world.dist, environment, ACCOUNT))
    check(
      'a snapshot without access needs it, for nobody can tell',
      isSuccess(unknown) && jobsOf(unknown).includes('approval'),
      unknown.log,
    )
    const users = 'identity-store/users.json'
    const broken = await diff({ ...harmless, [users]: (harmless[users] ?? '').replace('user61@', 'user62@') })
    check(
      'where the comparison fails, the required check does',
      broken.code === 1 && !jobsOf(broken).includes('approval'),
      broken.log,
    )
  },

  async 'slack-notification.yml'(world, check) {
    const newcomer = giveAccess(world.aws.organization)
    const stage = createStage(world, example('slack-notification.yml'))
    const first = await stage.run({ event: 'schedule' })
    check(
      'the first run posts nothing',
      isSuccess(first) && first.record('slack.json') === undefined,
      first.log,
    )
    check(
      'its artifact holds access as well',
      isSame(namesIn(keep(stage, first)), ['access.json', ...SNAPSHOT]),
      first.log,
    )
    newcomer.enter()
    const second = await stage.run({ event: 'schedule' })
    const message = JSON.parse(second.record('slack.json') ?? '{}') as {
      text?: string
      blocks?: { type: string; text: string }[]
    }
    check(
      'the next one posts how many become administrators',
      isSuccess(second) && message.text === 'AWS access: 1 new administrators, 1 opened, 0 closed',
      second.log,
    )
    const [block] = message.blocks ?? []
    check(
      'and who, of what, in Markdown that Slack takes',
      block?.type === 'markdown' &&
        block.text.length <= 12_000 &&
        block.text.includes('prod-payments') &&
        block.text.includes(newcomer.userName) &&
        !/<[a-z]/.test(block.text),
      JSON.stringify(message),
    )
  },

  async 'raito-sync.yml'(world, check) {
    const stage = createStage(world, example('raito-sync.yml'), RAITO)
    const first = await stage.run({ event: 'schedule' })
    check(
      'the first run ends well, and imports nothing, since nothing was compared',
      isSuccess(first) && isSame(importedBy(first), [undefined, undefined]),
      first.log,
    )
    keep(stage, first)
    const run = await stage.run({ event: 'workflow_dispatch' })
    check('the next one ends well', isSuccess(run), run.log)
    check(
      'what `raito run` would import are the files of the sync',
      isSame(importedBy(run), await snapshotFiles(world)),
      run.log,
    )
    check('the artifact holds the three files', isSame(namesIn(keep(stage, run)), SNAPSHOT), run.log)

    const calls = world.aws.log.length
    for (const user of usersOf(world.aws.organization).slice(0, 20))
      removeUser(world.aws.organization, user.UserId)
    const refused = await stage.run({ event: 'schedule' })
    check(
      'nothing is imported where the guard refuses',
      refused.code === 1 &&
        world.aws.log.length > calls &&
        isSame(importedBy(refused), [undefined, undefined]),
      refused.log,
    )
  },

  async 'raito-two-jobs.yml'(world, check) {
    const stage = createStage(world, example('raito-two-jobs.yml'), RAITO)
    const first = await stage.run({ event: 'schedule' })
    check(
      'the first run ends well, and imports nothing, since nothing was compared',
      isSuccess(first) && isSame(importedBy(first), [undefined, undefined]),
      first.log,
    )
    keep(stage, first)
    const run = await stage.run({ event: 'workflow_dispatch' })
    check(
      'both jobs of the next one end well',
      isSuccess(run) &&
        isSame(
          run.jobs.map(({ job }) => job),
          ['read', 'import'],
        ),
      run.log,
    )
    check(
      'what the second job would import went through the artifact, byte for byte',
      isSame(importedBy(run), await snapshotFiles(world)),
      run.log,
    )
  },

  async 'raito-after-merge.yml'(world, check) {
    const merged = await readSnapshot(world.dist, world.aws.environment, ACCOUNT)
    const calls = world.aws.log.length
    const stage = createStage(world, example('raito-after-merge.yml'), { ...RAITO, ...merged })
    const run = await stage.run({ event: 'push' })
    check('ends well, without a call to AWS', isSuccess(run) && world.aws.log.length === calls, run.log)
    check(
      'what `raito run` would import are the files of the repository',
      isSame(
        importedBy(run),
        ['users', 'groups'].map((name) => merged[`identity-store/${name}.json`]),
      ),
      run.log,
    )
  },

  async 'access-review.yml'(world, check) {
    fillAccess(world.aws.organization, ACCESS)
    const stage = createStage(world, example('access-review.yml'))
    const first = await stage.run({ event: 'schedule' })
    check('the first run ends well', isSuccess(first), first.log)
    check(
      'the review is an artifact of three files',
      isSame(namesIn(first.artifact(first.id, REVIEW)), ['access-review.html', 'access.csv', 'users.csv']),
      first.log,
    )
    check('the summary counts what deserves a look', isIn(first.summaries, 'Access review'), first.log)
    const [opened] = stage.repository.issues()
    check(
      'it opens an issue of this quarter, with counts and a link to the run',
      /^Access review \d{4} Q[1-4]$/.test(opened?.title ?? '') &&
        opened?.body.includes('60 users, ') === true &&
        opened.body.includes(`/actions/runs/${String(first.id)}#artifacts`),
      opened?.body,
    )
    keep(stage, first)

    join61(world.aws)
    const second = await stage.run({ event: 'workflow_dispatch' })
    const [updated, ...others] = stage.repository.issues()
    check(
      'a second run in the quarter updates it with what changed, and opens no other',
      isSuccess(second) &&
        others.length === 0 &&
        updated?.title === opened?.title &&
        updated?.body.includes('user61@example.com') === true &&
        updated.body.includes('Direct assignments'),
      `${updated?.body ?? ''}\n${second.log}`,
    )
  },

  async 'access-review-from-git.yml'(world, check) {
    fillAccess(world.aws.organization, ACCESS)
    const inputs = { access: 'accounts', tags: 'Status' }
    const before = await readSnapshot(world.dist, world.aws.environment, ACCOUNT, inputs)
    join61(world.aws)
    const now = await readSnapshot(world.dist, world.aws.environment, ACCOUNT, inputs)
    const calls = world.aws.log.length
    const stage = createStage(world, example('access-review-from-git.yml'))
    commit(stage.folder, before, '2020-01-01T00:00:00Z')
    commit(stage.folder, now)
    for (const event of ['schedule', 'workflow_dispatch']) {
      const run = await stage.run({ event })
      check(
        `${event}: ends well, without a call to AWS`,
        isSuccess(run) && world.aws.log.length === calls,
        run.log,
      )
      check(
        `${event}: the review is an artifact of three files`,
        isSame(namesIn(run.artifact(run.id, REVIEW)), ['access-review.html', 'access.csv', 'users.csv']),
        run.log,
      )
    }
    const [issue, ...others] = stage.repository.issues()
    check(
      'one issue tells what changed since the snapshot of three months ago',
      others.length === 0 && issue?.body.includes('user61@example.com') === true,
      issue?.body,
    )
  },

  async 'self-hosted-profile.yml'(world, check) {
    const stage = createStage(world, example('self-hosted-profile.yml'))
    const { accessKeyId, secretAccessKey } = credentials.static
    const home = {
      // the SDK reads endpoint_url from the default profile only, whatever profile its client is given
      '.aws/config': `[default]\nendpoint_url = ${world.aws.url}\n[profile identity-center-reader]\nregion = eu-west-1\n`,
      '.aws/credentials': `[identity-center-reader]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    }
    const run = await stage.run({ event: 'schedule', home })
    check(
      'ends well with the profile of the runner',
      isSuccess(run) && outputsOf(run)['users'] === '60',
      run.log,
    )
    check('the artifact holds the three files', isSame(namesIn(keep(stage, run)), SNAPSHOT), run.log)
  },

  async 'several-organizations.yml'(world, check) {
    const stage = createStage(world, example('several-organizations.yml'))
    const first = await stage.run({ event: 'schedule' })
    const names = [ARTIFACT, `identity-store-${SECOND_ACCOUNT}`]
    check('both organizations are read', isSuccess(first) && first.jobs.length === 2, first.log)
    check(
      'each keeps an artifact of its own',
      names.every((name) => isSame(namesIn(keep(stage, first, name)), SNAPSHOT)),
      first.log,
    )

    for (const { organization } of [world.aws, world.otherAws]) {
      for (const user of usersOf(organization).slice(0, 15)) removeUser(organization, user.UserId)
    }
    const inputs = { account: SECOND_ACCOUNT, 'max-removals': '100%' }
    const second = await stage.run({ event: 'workflow_dispatch', payload: { inputs } })
    // act calls every job of a matrix failed once one is: what they kept tells them apart
    check(
      'max-removals counts for the account that it names, and the other one is refused alone',
      second.code === 1 &&
        isSame(
          names.map((name) => second.artifact(second.id, name) !== undefined),
          [false, true],
        ),
      second.log,
    )
  },
}

/** A pull request from `before` to `after` on a stage, whose workflow runs on any files. */
function pullRequestOn(
  stage: Stage,
  before: Record<string, string>,
  after: Record<string, string>,
): {
  diff: (files: Record<string, string>) => ReturnType<Stage['run']>
  comments: () => ReturnType<Repository['comments']>
} {
  const base = stage.repository.commit({ files: before, branch: 'main' })
  const head = stage.repository.commit({ files: after, parents: [base] })
  const number = stage.repository.createPull({ base, head, number: 7 })
  const side = (ref: string, sha: string) => ({
    ref,
    sha,
    repo: { id: stage.repository.id, full_name: stage.repository.fullName },
  })
  return {
    async diff(files) {
      // What is checked out is the merge of the two, and GITHUB_SHA names it.
      const merge = commit(stage.folder, files)
      stage.repository.commit({ files, parents: [base, head], id: merge })
      const pull_request = {
        number,
        base: side('main', base),
        head: side('topic', head),
        user: { login: 'octocat' },
      }
      return stage.run({ event: 'pull_request', payload: { number, pull_request } })
    },
    comments: () => stage.repository.comments(number),
  }
}

/** One group is administrator of an account; `enter` lets somebody in who was in no such group. */
function giveAccess(organization: Organization): { userName: string; enter: () => void } {
  const [group] = groupsOf(organization)
  const groupId = group?.GroupId ?? ''
  const members = new Set(
    membershipsOf(organization).flatMap(({ GroupId, UserId }) => (GroupId === groupId ? UserId : [])),
  )
  const newcomer = usersOf(organization).find(({ UserId }) => !members.has(UserId))
  const PermissionSetArn = 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111'
  organization.access = {
    accounts: [{ Id: '777788889999', Name: 'prod-payments' }],
    permissionSets: [
      {
        record: { PermissionSetArn, Name: 'AdministratorAccess', SessionDuration: 'PT4H' },
        managedPolicies: [{ Arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      },
    ],
    assignments: [
      { PrincipalType: 'GROUP', PrincipalId: groupId, AccountId: '777788889999', PermissionSetArn },
    ],
    provisioned: [],
  }
  return {
    userName: newcomer?.UserName ?? '',
    enter: () => addMembership(organization, groupId, newcomer?.UserId ?? ''),
  }
}

/** The jobs that ran, by name. */
function jobsOf({ jobs }: ActRun): string[] {
  return jobs.map(({ job }) => job).sort((a, b) => a.localeCompare(b))
}

const ARTIFACT = `identity-store-${ACCOUNT}`
const REVIEW = `access-review-${ACCOUNT}`
const ACCESS = { accounts: 6, permissionSets: 6, assignments: 30 }
const RAITO = { 'raito.yml': readFileSync(example('raito.yml')) }

function example(name: string): string {
  return fromRoot(`examples/${name}`)
}

/** Hands an artifact on to GitHub, where the next run looks for it; act's service keeps it for one run only. */
function keep({ repository }: Stage, run: ActRun & { id: number }, name = ARTIFACT): Buffer | undefined {
  const zip = run.artifact(run.id, name)
  if (zip !== undefined) repository.addArtifact({ name, run: run.id, zip })
  return zip
}

function join61({ organization }: IdentityCenter): void {
  addUser(organization, {
    UserId: newId(organization, 61),
    UserName: 'user61@example.com',
    DisplayName: 'User 61',
    Emails: [{ Value: 'user61@example.com', Primary: true }],
  })
}

async function snapshotFiles(world: World): Promise<(string | undefined)[]> {
  const files = await readSnapshot(world.dist, world.aws.environment, ACCOUNT)
  return ['users', 'groups'].map((name) => files[`identity-store/${name}.json`])
}

function importedBy(run: ActRun): (string | undefined)[] {
  return ['imported-users.json', 'imported-groups.json'].map((name) => run.record(name))
}

/** What the stand-in for create-pull-request kept. */
function pullRequestOf(run: ActRun): { files: Record<string, string>; body: string } {
  return JSON.parse(run.record('pull-request.json') ?? '{"files":{},"body":""}') as {
    files: Record<string, string>
    body: string
  }
}

/** The outputs of our action, of the last job that ran it. */
function outputsOf({ outputs }: ActRun): Record<string, string> {
  return Object.values(outputs).findLast((step) => 'users-file' in step) ?? {}
}

function resultsOf({ jobs }: ActRun): string[] {
  return jobs.map(({ result }) => result)
}

function isIn(texts: readonly string[], part: string): boolean {
  return part !== '' && texts.some((text) => text.includes(part))
}

function isSuccess({ code, jobs }: ActRun): boolean {
  return code === 0 && jobs.length > 0 && jobs.every(({ result }) => result === 'success')
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), readFileSync(path)]
    }),
  )
}

function sha256(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}

/** The names in a zip archive, sorted: those of its central directory. */
function namesIn(zip: Buffer = Buffer.alloc(0)): string[] {
  const names: string[] = []
  const signature = Buffer.from('PK\x01\x02', 'latin1')
  for (let at = zip.indexOf(signature); at >= 0; at = zip.indexOf(signature, at + 1)) {
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString())
  }
  return names.sort()
}
