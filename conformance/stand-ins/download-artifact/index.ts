import type * as artifactClient from '@actions/artifact'
import { resolve } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'

// The runner copies an action to a place of its own, without the packages of this repository.
const client = pathToFileURL(
  `${env['CONFORMANCE_ROOT'] ?? ''}/node_modules/@actions/artifact/lib/artifact.js`,
)
const { DefaultArtifactClient } = (await import(client.href)) as typeof artifactClient

const service = new DefaultArtifactClient()
const { artifact } = await service.getArtifact(env['INPUT_NAME'] ?? '')
await service.downloadArtifact(artifact.id, {
  path: resolve(env['GITHUB_WORKSPACE'] ?? '', env['INPUT_PATH'] ?? ''),
})
