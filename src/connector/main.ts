import { leaveWithParent, parentAtStart } from './parent.ts'
import { framesOf } from '../errors.ts'
import { discardUnfinishedFiles } from '../files.ts'
import { growHeapSlowly } from '../heap.ts'
import type { Log } from '../log.ts'
import type { ConnectorSettings } from '../settings.ts'
import { DROP_IN_ARGUMENT } from '../version.ts'
import { COOKIE, goPluginLog, NOT_STARTED_BY_RAITO, openEndpoint, serve } from './server.ts'
import { connectorService } from './service.ts'
import { syncIdentityStore, type Reading } from './sync.ts'

growHeapSlowly('aws')

if (process.env[COOKIE.name] === COOKIE.value) {
  await start()
} else {
  process.stderr.write(NOT_STARTED_BY_RAITO)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const endpoint = openEndpoint()
  const cleanUp = () => {
    discardUnfinishedFiles()
    endpoint.remove()
  }
  const leave = () => {
    cleanUp()
    process.exit(0)
  }
  leaveWithParent({ atStart: parentAtStart, now: () => process.ppid }, leave)
  // Ctrl-C reaches the whole process group; the CLI then ends its connectors itself.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    process.once(signal, () => {
      cleanUp()
      process.kill(process.pid, signal)
    })
  }

  const log = goPluginLog(
    (line) => process.stderr.write(line),
    () => new Date(),
  )
  process.once('uncaughtException', (error) => {
    cleanUp()
    // Node would print the text of the error, which could hold a name, into the log of the CLI.
    log.debug(framesOf(error))
    process.exit(1)
  })
  const options = {
    environment: process.env,
    workingDirectory: process.cwd(),
    isDropIn: process.argv.includes(DROP_IN_ARGUMENT),
    log,
    readAws: (settings: ConnectorSettings) => readAws(settings, log),
  }
  const service = connectorService((parameters, files) => syncIdentityStore(parameters, files, options))
  process.stdout.write(await serve(service, endpoint, log, leave))
}

/** The code for AWS is loaded here, so that a connector with a directory as its source starts without it. */
async function readAws(settings: ConnectorSettings, log: Log): Promise<Reading> {
  const [{ openAws }, { realTime: time }] = await Promise.all([
    import('../source.ts'),
    import('../identity-center/time.ts'),
  ])
  const { description, read } = await openAws(settings, { environment: process.env, log, time })
  const { identities, findings } = await read()
  findings.forEach(log.warning)
  return { identities, description }
}
