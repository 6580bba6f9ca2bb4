import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'

if (env['INPUT_WEBHOOK'] !== 'https://hooks.slack.example/services/T0/B0/x') throw new Error('no webhook')
if (env['INPUT_WEBHOOK-TYPE'] !== 'incoming-webhook') throw new Error('another kind of webhook')
const message = readFileSync(env['INPUT_PAYLOAD-FILE-PATH'] ?? '', 'utf8')
writeFileSync(join(env['CONFORMANCE_RECORD'] ?? '', 'slack.json'), message)
